// The vaults that Kamal knows, one row each.

#include "secrets/vault.h"

namespace liteship::secrets {

const std::vector<Adapter>& adapters() {
  static const std::vector<Adapter> rows = {
      {.names = {"1password", "one_password"},
       .title = "1Password",
       .program = "op",
       .website = "https://developer.1password.com/docs/cli/get-started",
       .log_in = "run `op signin --account ACCOUNT`",
       .needs_account = true,
       .needs_names = false,
       .fetch = fetch_one_password},
      {.names = {"lastpass", "last_pass"},
       .title = "LastPass",
       .program = "lpass",
       .website = "https://github.com/lastpass/lastpass-cli",
       .log_in = "run `lpass login ACCOUNT`",
       .needs_account = true,
       .fetch = fetch_last_pass},
      {.names = {"bitwarden"},
       .title = "Bitwarden",
       .program = "bw",
       .website = "https://bitwarden.com/help/cli/",
       .log_in = "run `bw login ACCOUNT`, then `export BW_SESSION=$(bw unlock --raw)`",
       .needs_account = true,
       .fetch = fetch_bitwarden},
      {.names = {"bitwarden-sm", "bitwarden_secrets_manager"},
       .title = "Bitwarden Secrets Manager",
       .program = "bws",
       .website = "https://bitwarden.com/help/secrets-manager-cli/",
       .log_in = "set BWS_ACCESS_TOKEN to the access token of a machine account",
       .fetch = fetch_bitwarden_sm},
      {.names = {"aws_secrets_manager"},
       .title = "AWS Secrets Manager",
       .program = "aws",
       .website = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
       .log_in = "run `aws configure`, or `aws sso login`",
       .fetch = fetch_aws},
      {.names = {"doppler"},
       .title = "Doppler",
       .program = "doppler",
       .website = "https://docs.doppler.com/docs/install-cli",
       .log_in = "run `doppler login`, or set DOPPLER_TOKEN to a service token",
       .fetch = fetch_doppler},
      {.names = {"enpass"},
       .title = "Enpass",
       .program = "enpass-cli",
       .website = "https://github.com/hazcod/enpass-cli",
       .log_in = "run it by hand, or set MASTERPW to the vault's password",
       .fetch = fetch_enpass},
      {.names = {"gcp", "gcp_secret_manager"},
       .title = "Google Secret Manager",
       .program = "gcloud",
       .website = "https://cloud.google.com/sdk/docs/install",
       .log_in = "run `gcloud auth login`",
       .needs_account = true,
       .fetch = fetch_gcp},
      {.names = {"passbolt"},
       .title = "Passbolt",
       .program = "passbolt",
       .website = "https://github.com/passbolt/go-passbolt-cli",
       .log_in = "run `passbolt configure`, then `passbolt verify`",
       .fetch = fetch_passbolt},
      // Kamal's own, for trying a secrets file out: the value is the name read backwards.
      {.names = {"test"}, .title = "test", .needs_account = true, .fetch = fetch_test},
  };
  return rows;
}

}  // namespace liteship::secrets

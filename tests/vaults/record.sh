# shellcheck shell=sh
# Read by the stand-ins for vaults' programs beside this file: each one answers what the page named in
# it says that the real one prints, and records how it was called.
#
#   VAULT_LOG     one line a call: the session that is in its environment, `|`, and its words
#   VAULT_STATE   ready (the default), signed-out, locked, broken, silent, empty, missing
printf '%s|' "${OP_SESSION_abc123-}${BW_SESSION-}" >>"$VAULT_LOG"
printf '%s' "${0##*/}" >>"$VAULT_LOG"
for word in "$@"; do printf ' %s' "$word" >>"$VAULT_LOG"; done
printf '\n' >>"$VAULT_LOG"
state=${VAULT_STATE:-ready}
case $state in
  broken) echo "error: the vault is on fire" >&2 && exit 6 ;;
  silent) exit 0 ;;
esac
# Logging in makes the next calls find a session.
is_signed_in() { [ "$state" != signed-out ] || [ -e "$VAULT_LOG.in" ]; }
sign_in() { : >"$VAULT_LOG.in"; }
# value TEXT: what a field holds.
value() { if [ "$state" = empty ]; then printf ''; else printf '%s' "$1"; fi; }

// Secrets for a container's environment: which file carries which value.

#include <catch2/catch_test_macros.hpp>

#include "plan/pieces.h"
#include "unit/plan/samples.h"

using namespace liteship;

namespace {

EnvFiles files_for(const std::string& name, const std::string& value) {
  Secrets secrets;
  secrets.emplace(name, Secret(value));
  return env_files(".deploy/chat/env/web.env", {{name, name, {}}}, secrets);
}

std::string reason(const std::string& name, const std::string& value) {
  try {
    (void)files_for(name, value);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    for (const std::string& text :
         {error.diagnostics().front().message, error.diagnostics().front().reason}) {
      CHECK((value.empty() || text.find(value) == std::string::npos));
    }
    return error.diagnostics().front().reason;
  }
  return "";
}

}  // namespace

TEST_CASE("what docker's env files can hold is in one, the rest beside it", "[plan][env]") {
  for (const std::string& value :
       {std::string("plain"), std::string(" #'\"$`\\= "), std::string("a\rb"), std::string("é"),
        std::string(30'000, 'x')}) {
    const EnvFiles env = files_for("KEY", value);
    REQUIRE(env.files.size() == 1);
    CHECK(env.files[0].content.reveal() == "KEY=" + value + "\n");
    CHECK(env.gone == std::vector<std::string>{".deploy/chat/env/web.env.sh"});
    CHECK(env.carried_by(Command{"true"}).words == std::vector<std::string>{"true"});
  }
  for (const std::string& value :
       {std::string("two\nlines"), std::string("ends\r"), std::string(65'536, 'x')}) {
    const EnvFiles env = files_for("KEY", value);
    REQUIRE(env.files.size() == 2);
    CHECK(env.files[0].content.reveal() == "KEY\n");
    CHECK(env.files[1].path == ".deploy/chat/env/web.env.sh");
    CHECK(env.files[1].content.reveal() == "export KEY=" + quote(value) + "\n");
    CHECK(env.files[1].mode == "600");
    CHECK(env.gone.empty());
    CHECK(env.carried_by(Command{"true"}).words ==
          std::vector<std::string>{"with_values", ".deploy/chat/env/web.env.sh", "true"});
    for (const PhaseFile& file : env.files) CHECK(file.shown.find(value) == std::string::npos);
  }
}

TEST_CASE("a value that no environment can carry is refused without showing it", "[plan][env]") {
  CHECK(reason("KEY", std::string("a\0b", 3)).find("NUL") != std::string::npos);
  CHECK(reason("KEY", "latin \xe9").find("UTF-8") != std::string::npos);
  CHECK(reason("KEY", std::string(128 * 1024, 'x')).find("128 kB") != std::string::npos);
  CHECK(reason("KEY", std::string(128 * 1024 - 5, 'x')).empty());
  CHECK(reason("DOCKER_HOST", "two\nlines").find("docker itself") != std::string::npos);
  CHECK(reason("PATH", "two\nlines").find("docker itself") != std::string::npos);
  CHECK(reason("DOCKER_HOST", "ssh://me@there").empty());
}

#include "ssh/status.h"

namespace liteship::ssh {

std::string with_evidence(const Command& command) {
  // A Ctrl-C on the terminal goes to this shell too; it must live on to report the status. A trap,
  // other than ignoring, is not inherited by the command.
  Command wrapped{"exec", "sh", "-c",
                  R"(trap : INT QUIT; "$@"; s=$?; [ $s = 255 ] || s=$((s+1)); exit $s)", "sh"};
  return render(wrapped.args(command.words));
}

int status_from_evidence(const ChannelEnd& end) {
  if (end.signal != 0) return 128 + end.signal;
  return end.status == 255 ? 255 : end.status - 1;
}

}  // namespace liteship::ssh

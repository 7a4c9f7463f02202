#include <cassert>

#include "liteship/diagnostic.h"

namespace liteship {

Error::Error(ErrorKind kind, Diagnostic diagnostic)
    : kind_(kind), diagnostics_{std::move(diagnostic)} {}

Error::Error(ErrorKind kind, std::vector<Diagnostic> diagnostics)
    : kind_(kind), diagnostics_(std::move(diagnostics)) {
  assert(!diagnostics_.empty());
}

const char* Error::what() const noexcept { return diagnostics_.front().message.c_str(); }

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::connection:
    case ErrorKind::host_key:
      return 3;
    case ErrorKind::release_failed:
      return 4;
    case ErrorKind::needs_you:
      return 5;
    case ErrorKind::lock_busy:
      return 75;  // EX_TEMPFAIL of sysexits.h: try again later
    case ErrorKind::interrupted:
      return 130;  // 128 + SIGINT, as shells report it
  }
  return 1;
}

std::string kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return "internal";
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::connection:
      return "connection";
    case ErrorKind::host_key:
      return "host_key";
    case ErrorKind::release_failed:
      return "release_failed";
    case ErrorKind::needs_you:
      return "needs_you";
    case ErrorKind::lock_busy:
      return "lock_busy";
    case ErrorKind::interrupted:
      return "interrupted";
  }
  return "internal";
}

}  // namespace liteship

#pragma once
// Throwing the module's errors in one line each.

#include <string>

#include "liteship/diagnostic.h"

namespace liteship::ssh {

[[noreturn]] inline void throw_connection(std::string message, std::string reason,
                                          std::string help) {
  throw Error(ErrorKind::connection, Diagnostic{.message = std::move(message),
                                                .where = std::nullopt,
                                                .reason = std::move(reason),
                                                .notes = {},
                                                .help = std::move(help)});
}

[[noreturn]] inline void throw_interrupted() {
  throw Error(
      ErrorKind::interrupted,
      Diagnostic{
          .message = "interrupted", .where = std::nullopt, .reason = "", .notes = {}, .help = ""});
}

}  // namespace liteship::ssh

#pragma once
// The engine asked over its own socket: a client program takes 50 ms for a question (Docker 28,
// with plugins up to 200 ms), the engine 1–20 ms. https://docs.docker.com/reference/api/engine/

#include <optional>
#include <string>

#include "liteship/support.h"

namespace liteship {

struct EngineAnswer {
  int status = 0;    // of HTTP: 200, 404 …
  std::string body;  // JSON
};

/// What use_engine() was told; "" when the client chooses.
[[nodiscard]] const std::string& chosen_engine();

/// Where the client finds its engine: "unix:///var/run/docker.sock", "ssh://host"; "" when it does
/// not say.
[[nodiscard]] std::string engine_endpoint(Interrupts& interrupts);

/// One request. target: path and query, without the version of the API; names in it come from
/// in_target().
/// Result: nothing when the engine is not behind a Unix socket of ours or does not answer as it
/// should: then the client program is asked, which also says what is wrong.
/// Errors: Error{interrupted}.
[[nodiscard]] std::optional<EngineAnswer> ask_engine(const std::string& method,
                                                     const std::string& target,
                                                     Interrupts& interrupts);

/// Is the engine looked for behind a Unix socket? Asks no program.
[[nodiscard]] bool engine_has_socket();

/// Percent-encoded but for what names of images consist of (RFC 3986, 2.3, and `/` and `:`).
[[nodiscard]] std::string in_target(const std::string& name);

}  // namespace liteship

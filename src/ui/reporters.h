#pragma once
// The three faces of a Reporter. Each writes to the streams it is given and to nothing else.

#include <memory>
#include <string>
#include <string_view>

#include "liteship/ui.h"

namespace liteship {

/// One line per event on stderr, without colour or movement: for pipes and CI.
[[nodiscard]] std::unique_ptr<Reporter> make_plain_reporter(const ReporterOptions& options,
                                                            const ReporterStreams& streams);

/// One live line at the bottom of the terminal, finished steps above it.
[[nodiscard]] std::unique_ptr<Reporter> make_live_reporter(const ReporterOptions& options,
                                                           const ReporterStreams& streams);

/// One JSON object per line on stdout. Contract: docs/json.md.
[[nodiscard]] std::unique_ptr<Reporter> make_json_reporter(const ReporterOptions& options,
                                                           const ReporterStreams& streams);

/// What programs printed, for a terminal: no byte of it moves the cursor; CR ends a line.
[[nodiscard]] std::string as_output(std::string_view bytes);

/// `text`, ended by '\n'.
[[nodiscard]] std::string as_line(std::string text);

}  // namespace liteship

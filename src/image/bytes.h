#pragma once
// Small helpers for byte streams, shared inside the module.

#include <span>
#include <string>

#include "liteship/diagnostic.h"
#include "liteship/support.h"

namespace liteship {

/// Compressed and plain streams are read in blocks of so many bytes.
inline constexpr std::size_t stream_block = 64 * 1024;

/// Reads until `buffer` is full or the source ends; how many bytes came.
[[nodiscard]] std::size_t read_fully(ByteSource& source, std::span<char> buffer);

/// Error{internal} with one sentence; for data that breaks its own format.
[[nodiscard]] Error damaged(std::string message);

}  // namespace liteship

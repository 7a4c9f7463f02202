// The entry of libFuzzer.
#include "fuzz/fuzz.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // An exact copy on the heap, so that one byte too far is seen.
  const std::string input(reinterpret_cast<const char*>(data), size);
  liteship::fuzz::run_one(input);
  return 0;
}

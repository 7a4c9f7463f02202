# Compiler flags, warnings and sanitizers for our own targets only.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(LITESHIP_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(LITESHIP_STATIC "Link one static binary that runs on any Linux of the same CPU" OFF)
option(LITESHIP_FUZZ "Build only the fuzz targets of tests/fuzz; needs clang" OFF)
option(LITESHIP_WERROR "Treat warnings as errors" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(liteship_options INTERFACE)
target_compile_options(
  liteship_options
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
            -Woverloaded-virtual -Wimplicit-fallthrough
            # g++ 12 warns about members that a designated initialiser leaves at their default
            -Wno-missing-field-initializers $<$<BOOL:${LITESHIP_WERROR}>:-Werror>)
if(LITESHIP_SANITIZE)
  target_compile_options(liteship_options INTERFACE -fsanitize=address,undefined
                                                    -fno-sanitize-recover=undefined
                                                    -fno-omit-frame-pointer)
  target_link_options(liteship_options INTERFACE -fsanitize=address,undefined)
elseif(LITESHIP_FUZZ)
  set(fuzz_flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
                 -fno-omit-frame-pointer)
  # -O1: stacks that can be read, and twice the inputs per second of -O0
  target_compile_options(liteship_options INTERFACE ${fuzz_flags} -O1)
  target_link_options(liteship_options INTERFACE ${fuzz_flags})
else()
  target_compile_options(liteship_options INTERFACE -fstack-protector-strong)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT LITESHIP_FUZZ)
  target_compile_definitions(liteship_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  target_compile_options(liteship_options INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(liteship_options INTERFACE -Wl,--gc-sections)
endif()
if(LITESHIP_STATIC)
  target_link_options(liteship_options INTERFACE -static -s)
endif()

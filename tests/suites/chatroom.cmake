# The reference app with its own tests, and its load tool for the releases under load. What the servers
# run comes from its image (tests/server/images.sh), not from here.
set(saved_clang_tidy "${CMAKE_CXX_CLANG_TIDY}")
set(CMAKE_CXX_CLANG_TIDY "")  # it has its own rules
set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
add_subdirectory(${CMAKE_SOURCE_DIR}/examples/chatroom ${CMAKE_BINARY_DIR}/chatroom)
set(CMAKE_CXX_CLANG_TIDY "${saved_clang_tidy}")
unset(CMAKE_COMPILE_WARNING_AS_ERROR)

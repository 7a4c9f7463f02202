# The benchmark itself (tests/bench/run.sh) is no test: it takes long and says what a machine can do. Its
# tools are tested, so that its numbers can be believed.
add_test(NAME "bench: the tools measure what they say" COMMAND ${CMAKE_SOURCE_DIR}/tests/bench/tools_test.sh)
set_tests_properties("bench: the tools measure what they say" PROPERTIES LABELS bench TIMEOUT 300 RUN_SERIAL ON)

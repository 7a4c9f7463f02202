# Parsers under inputs that nobody wrote: the seeds of the tree once (label unit), 1 MB of hostile
# repetition, and 60 s of libFuzzer in the tree of the preset `fuzz` (label fuzz).
set(fuzz_limit_config 262144)    # as much as is looked at
set(fuzz_limit_erb 262144)       # by parse_config
set(fuzz_limit_secrets 1048576)
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/../fuzz ${CMAKE_BINARY_DIR}/tests/fuzz)
get_property(targets DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../fuzz PROPERTY LITESHIP_FUZZ_TARGETS)
foreach(name IN LISTS targets)
  set(folder ${CMAKE_CURRENT_LIST_DIR}/../fuzz)
  add_test(NAME "fuzz seeds: ${name}" COMMAND replay_${name} ${folder}/seeds/${name})
  if(EXISTS ${folder}/large/${name})
    set(sizes 1000000 ${fuzz_limit_${name}})
    foreach(size IN LISTS sizes)
      add_test(NAME "fuzz ${size} bytes: ${name}"
               COMMAND replay_${name} --large ${size} ${folder}/large/${name})
      set_tests_properties("fuzz ${size} bytes: ${name}" PROPERTIES LABELS "fuzz;long" TIMEOUT 1200)
    endforeach()
  endif()
  set_tests_properties("fuzz seeds: ${name}" PROPERTIES LABELS unit TIMEOUT 300)
  add_test(NAME "fuzz 60 s: ${name}" COMMAND ${folder}/run.sh --seconds 60 ${name})
  set_tests_properties("fuzz 60 s: ${name}" PROPERTIES LABELS "fuzz;long" TIMEOUT 300 SKIP_RETURN_CODE 77)
endforeach()

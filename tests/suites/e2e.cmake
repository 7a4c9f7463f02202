# Each script in tests/e2e is a test of the built binary on a fresh server, once for each Debian
# release it names; tests/e2e/lib.sh says what its header lines mean. Label: e2e.
set(tools "DEPLOY=$<TARGET_FILE:deploy>" "CHATROOM_LOAD=$<TARGET_FILE:chatroom-load>")

# The reference app's load tool, for the releases under load; the app itself runs from its image.
function(deploy_add_load_tool)
  set(BUILD_TESTING OFF)
  set(CMAKE_CXX_CLANG_TIDY "") # it has its own rules
  add_subdirectory(${CMAKE_SOURCE_DIR}/examples/chatroom ${CMAKE_BINARY_DIR}/chatroom EXCLUDE_FROM_ALL)
  add_custom_target(load_tool ALL DEPENDS chatroom-load)
endfunction()
deploy_add_load_tool()

function(deploy_e2e_test script)
  cmake_path(GET script STEM title)
  set(releases 12)
  set(timeout 600)
  set(serial OFF)
  file(STRINGS ${script} header LIMIT_COUNT 20 REGEX "^# (test|releases|timeout|serial)")
  foreach(line IN LISTS header)
    if(line MATCHES "^# (test|releases|timeout): (.*)$")
      set(key ${CMAKE_MATCH_1})
      set(value "${CMAKE_MATCH_2}")
      if(key STREQUAL "test")
        set(title "${value}")
      elseif(key STREQUAL "releases")
        string(REPLACE " " ";" releases "${value}")
      else()
        set(timeout ${value})
      endif()
    elseif(line STREQUAL "# serial")
      set(serial ON)
    endif()
  endforeach()
  foreach(release IN LISTS releases)
    set(name "e2e: ${title} (Debian ${release})")
    add_test(NAME ${name} COMMAND ${script} ${release})
    set_tests_properties(${name} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT ${timeout}
                                            RUN_SERIAL ${serial}
                                            ENVIRONMENT "${tools}")
  endforeach()
endfunction()

file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/e2e/*.sh)
list(FILTER scripts EXCLUDE REGEX "/(lib|chatroom|load|replica_lib)\\.sh$")
foreach(script IN LISTS scripts ITEMS ${CMAKE_SOURCE_DIR}/tests/server/fresh_test.sh)
  deploy_e2e_test(${script})
endforeach()

# Every shell script of the tree is clean for shellcheck. Label: lint.
find_program(shellcheck shellcheck)
if(shellcheck)
  file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*.sh
       ${CMAKE_SOURCE_DIR}/examples/*.sh)
  list(FILTER scripts EXCLUDE REGEX "/golden/")
  foreach(vault op lpass bw bws aws doppler enpass-cli gcloud passbolt)
    list(APPEND scripts ${CMAKE_SOURCE_DIR}/tests/vaults/${vault})
  endforeach()
  add_test(NAME "lint: shell scripts"
           COMMAND ${shellcheck} ${scripts} ${CMAKE_SOURCE_DIR}/install.sh ${CMAKE_SOURCE_DIR}/.ci/run
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties("lint: shell scripts" PROPERTIES LABELS lint)
endif()

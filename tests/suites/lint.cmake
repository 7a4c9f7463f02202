# Checks of the tree itself, without a build. Label: lint.
function(deploy_lint name)
  add_test(NAME "lint: ${name}" COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties("lint: ${name}" PROPERTIES LABELS lint)
endfunction()

deploy_lint("includes follow the layers" sh ${CMAKE_SOURCE_DIR}/tests/layering.sh
            ${CMAKE_BINARY_DIR}/layers.txt)
deploy_lint("a wrong include is found" sh ${CMAKE_SOURCE_DIR}/tests/layering_test.sh
            ${CMAKE_SOURCE_DIR}/tests/layering.sh)

find_program(clang_format NAMES clang-format-14 clang-format)
if(clang_format)
  deploy_lint("code is formatted" sh -c
              "git ls-files -z '*.cpp' '*.h' | xargs -0 '${clang_format}' --dry-run --Werror")
endif()

find_program(codespell codespell)
if(codespell)
  deploy_lint("words are spelled right" sh -c
              "git ls-files -z | xargs -0 '${codespell}' --ignore-words tests/codespell_ignore.txt")
endif()

# The hooks that `deploy init` writes; scripts.cmake checks the scripts of the tree.
find_program(shellcheck shellcheck)
if(shellcheck)
  file(GLOB hooks CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/templates/init/hook-*)
  deploy_lint("sample hooks" ${shellcheck} ${hooks})
endif()

find_program(groff groff)
if(groff)
  deploy_lint("the man page has no roff errors" sh -c
              "'$<TARGET_FILE:deploy>' docs man >'${CMAKE_BINARY_DIR}/deploy.1' && \
               ! '${groff}' -man -Tutf8 -ww '${CMAKE_BINARY_DIR}/deploy.1' 2>&1 >/dev/null | grep .")
endif()

# Every public header compiles alone: built with the tests, because a test of ctest would be slow.
file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/include
     ${CMAKE_SOURCE_DIR}/include/liteship/*.h)
set(alone "")
foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER ${header} id)
  set(source ${CMAKE_BINARY_DIR}/generated/alone/${id}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND alone ${source})
endforeach()
add_library(headers_alone OBJECT ${alone})
target_include_directories(headers_alone PRIVATE ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(headers_alone PRIVATE liteship_options)

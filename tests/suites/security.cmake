# What other users and hostile servers get to see and to do. Every text of deploy.yml takes minutes with
# the sanitizers: label long (tests/run.sh --long).
file(GLOB security_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/security/*.cpp)
list(FILTER security_sources EXCLUDE REGEX "/(watcher|names_test)\\.cpp$")
deploy_test_program(security security SOURCES ${security_sources} ${CMAKE_SOURCE_DIR}/tests/ssh/server.cpp
                    LIBS liteship_cli TIMEOUT 900)

deploy_test_program(names long SOURCES ${CMAKE_SOURCE_DIR}/tests/security/names_test.cpp
                    LIBS liteship_cli TIMEOUT 900)

add_executable(watcher ${CMAKE_SOURCE_DIR}/tests/security/watcher.cpp)
target_link_options(watcher PRIVATE -static)  # it runs on the test servers, too

list(APPEND tools "WATCHER=$<TARGET_FILE:watcher>")  # of e2e.cmake
file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/security/*.sh)
foreach(script IN LISTS scripts)
  deploy_e2e_test(${script})
endforeach()

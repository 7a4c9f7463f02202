# Tests against this machine's own Docker engine.
file(GLOB docker_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/docker/*_test.cpp)
deploy_test_program(docker docker SOURCES ${docker_sources} LIBS liteship_process)

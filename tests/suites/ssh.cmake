# SSH against a private sshd on 127.0.0.1.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/../ssh/*.cpp)
deploy_test_program(sshd ssh SOURCES ${sources} LIBS liteship_ssh)

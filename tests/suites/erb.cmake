# ERB against Ruby's own, where there is a Ruby.
file(GLOB erb_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/erb/*_test.cpp)
deploy_test_program(erb erb SOURCES ${erb_sources} LIBS liteship_config liteship_process)

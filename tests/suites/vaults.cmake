# Every adapter of `secrets fetch` against a stand-in for its vault's program.
file(GLOB vault_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/vaults/*_test.cpp)
deploy_test_program(vaults unit SOURCES ${vault_sources} LIBS liteship_secrets liteship_process)

# Against Kamal itself, over real projects' configurations where they lie beside the repository. Label: e2e.
add_executable(dry_run ${CMAKE_SOURCE_DIR}/tests/kamal/dry_run.cpp)
target_include_directories(dry_run PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(dry_run PRIVATE liteship_cli liteship_options)
add_test(NAME "kamal: the same configuration and the same release"
         COMMAND ${CMAKE_SOURCE_DIR}/tests/kamal/differential.py)
set_tests_properties("kamal: the same configuration and the same release" PROPERTIES
                     LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900
                     ENVIRONMENT "DEPLOY=$<TARGET_FILE:deploy>;DRY_RUN=$<TARGET_FILE:dry_run>")

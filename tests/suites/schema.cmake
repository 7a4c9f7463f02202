# The JSON schema for editors through Debian's python3-jsonschema.
find_program(python3 python3)
if(python3)
  add_test(NAME "schema: a validator agrees with deploy"
           COMMAND ${python3} ${CMAKE_CURRENT_LIST_DIR}/../schema/validate.py $<TARGET_FILE:deploy>)
  set_tests_properties("schema: a validator agrees with deploy"
                       PROPERTIES LABELS unit TIMEOUT 300 SKIP_RETURN_CODE 77)
endif()

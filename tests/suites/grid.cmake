# Every step of every phase with every end, over FlakyHost: a sample of them, or with FAULTS=all each one.
add_test(NAME "release: every step of every phase, ended in every way" COMMAND test_release "[grid]")
set_tests_properties("release: every step of every phase, ended in every way" PROPERTIES LABELS unit TIMEOUT 1800)

# Every step of every phase with every end, over FlakyHost: minutes with the sanitizers. Label: long.
add_test(NAME "release: every step of every phase, ended in every way" COMMAND test_release "[grid]")
set_tests_properties("release: every step of every phase, ended in every way" PROPERTIES LABELS long TIMEOUT 1800)

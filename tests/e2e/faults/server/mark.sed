# After `step ID TITLE`, `undo ID TITLE` and before a phase's last word: the generated cut points.
# The script of a detached release is inside the attached one, so it gets its gates here, too. The
# gate holds none of the shell's descriptors: a lock must die with the shell, not with a test.
/^step [a-z0-9'-]\{1,\} /a\
liteship-gate "$phase/$current" 3>&- 4<&- 8>&- 9>&- || :
/^emit "undo \$1 \$2"$/a\
liteship-gate "$phase/undo-$1" 3>&- 4<&- 8>&- 9>&- || :
/^ending=done$/i\
liteship-gate "$phase/end" 3>&- 4<&- 8>&- 9>&- || :

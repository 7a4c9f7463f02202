# Commands of their own that change the server: the image's arrival.
/^load_image "\$@"$/i\
liteship-gate ship/load-image </dev/null || :

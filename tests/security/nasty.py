#!/usr/bin/env python3
"""Secrets with every byte that hurts.

nasty.py make MARK DIR    writes DIR/secrets (as .deploy/secrets) and DIR/want/NAME (the bytes)
nasty.py names            prints the names
nasty.py check DIR WHERE [NAME…] <ENVIRON
                          compares /proc/PID/environ on stdin with DIR/want; all names by default
"""
import os
import sys

every = "".join(chr(c) for c in range(1, 0x800))  # all bytes 01-7f, 80-bf; leads c2-df
leads = "".join(chr(c) for c in [0x800, 0x20AC, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x1F6A2, 0x40000,
                                 0xC0000, 0x10FFFF] + [0x1000 * i for i in range(1, 16) if i != 13])

values = {
    "QUOTES": """it's "quoted" ''twice'' \"""",
    "DOLLARS": "$HOME ${PATH} MARK $(touch /tmp/pwned) $$ $1 %s",
    "TICKS": "`touch /tmp/pwned` MARK ``",
    "HASHES": "# no comment #= a=b=c ==",
    "BACKSLASHES": "\\ \\\\ \\n \\t \\0 \\' end\\",
    "SPACES": "   between   and around   ",
    "TABS": "\ta\tb\t",
    "UTF8": "naïve 日本 🚢 \u009b \ufeff",
    "CR_INSIDE": "a\rb",
    "CR_AT_THE_END": "ends with\r",
    "LINES": "-----BEGIN KEY-----\nabc\n\n  def=#\nLITESHIP_END\n-----END KEY-----\n",
    "CRLF_LINES": "one\r\ntwo\r\n",
    "BIG": ("0123456789abcdef" * 4096)[:65536],
    "BIG_LINES": ("line 'with' $quotes\n" * 4000)[:65536],
    "EVERY": every + leads,
    "EVERY_BUT_LF": (every + leads).replace("\n", ""),
}
replicator = ["LINES", "QUOTES", "EVERY"]


def with_mark(mark, name):
    """The mark stands inside, so that neither end of the value changes."""
    value = values[name]
    if "MARK" in value:
        return value.replace("MARK", mark).encode()
    half = len(value) // 2
    return (value[:half] + mark + value[half:]).encode()


def dotenv(value, path):
    """A file has no way to write a CR (dotenv 3 reads `\\r` as two characters): a command gives it."""
    if b"\r" in value:
        with open(path, "wb") as file:  # with what dotenv takes off a command's output
            file.write(value + (b"\r\n" if value.endswith(b"\r") else b"\n"))
        return f"$(cat '{path}')"
    escapes = {'"': '\\"', "\\": "\\\\", "$": "\\$"}
    return '"' + "".join(escapes.get(c, c) for c in value.decode()) + '"'


def make(mark, directory):
    os.makedirs(f"{directory}/want")
    with open(f"{directory}/secrets", "w", encoding="utf-8", newline="") as secrets:
        for name in values:
            value = with_mark(mark, name)
            with open(f"{directory}/want/{name}", "wb") as want:
                want.write(value)
            secrets.write(f"S_{name}={dotenv(value, f'{directory}/{name}')}\n")


def check(directory, where, names):
    got = dict(entry.partition(b"=")[::2] for entry in sys.stdin.buffer.read().split(b"\0") if entry)
    bad = 0
    for name in names or values:
        with open(f"{directory}/want/{name}", "rb") as file:
            want = file.read()
        value = got.get(f"S_{name}".encode())
        if value != want:
            bad += 1
            size = "nothing" if value is None else f"{len(value)} bytes"
            at = len(os.path.commonprefix([value or b"", want]))
            print(f"{where}: {name}: {size} for {len(want)}, first difference at {at}: "
                  f"{(value or b'')[at:at + 20]!r} for {want[at:at + 20]!r}", file=sys.stderr)
    print(f"{where}: {len(names or values) - bad} secrets arrived, {bad} did not", file=sys.stderr)
    return bad


if sys.argv[1] == "make":
    make(*sys.argv[2:4])
elif sys.argv[1] == "names":
    print(" ".join(sys.argv[2:] and replicator or values))
else:
    sys.exit(1 if check(sys.argv[2], sys.argv[3], sys.argv[4:]) else 0)

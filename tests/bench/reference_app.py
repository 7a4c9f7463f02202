#!/usr/bin/env python3
"""reference_app.py DIRECTORY: prints what reference_app.sh measured; exit 1 when a bound fails."""
import json
import os
import sys

PUBLISHED_ERRORS = {1: 0, 2: 22, 4: 45, 8: 61, 16: 65}  # %, Rails 7, wroclove.rb 2024
NAMES = {
    "deferred": "BEGIN, stock busy timeout",
    "immediate": "BEGIN IMMEDIATE, stock busy timeout",
    "fair": "BEGIN IMMEDIATE, a try each millisecond",
    "queue": "one writer behind a queue",
    "write": "the app, over HTTP",
}
COLUMNS = ["p50_ms", "p95_ms", "p99_ms", "p99.9_ms", "p99.99_ms", "max_ms"]


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def print_levels(levels):
    for title in dict.fromkeys(level["title"] for level in levels):
        print(f"\n{NAMES[title]}")
        print("writers  writes/s  errors  published" + "".join(f"{c[:-3]:>9}" for c in COLUMNS) + " ms")
        for level in (each for each in levels if each["title"] == title):
            published = PUBLISHED_ERRORS.get(level["writers"]) if title == "deferred" else None
            print(f"{level['writers']:>7} {level['per_second']:>9.0f} {level['error_percent']:>6.1f}%"
                  f" {'' if published is None else f'{published} %':>10}" +
                  "".join(f"{level[column]:>9.2f}" for column in COLUMNS))


def bounds(write, queue, chat):
    """What must hold, as (sentence, measured, whether it does)."""
    at = {level["writers"]: level for level in write}
    last = at[max(at)]
    errors = sum(level["failed"] for level in write + queue)
    slowest = min(level["per_second"] for level in write if level["writers"] > 1)
    yield "no error at any level", errors, errors == 0
    yield f"p99 at {last['writers']} writers ≤ 25 ms", last["p99_ms"], last["p99_ms"] <= 25
    yield f"p99.99 at {last['writers']} writers ≤ 150 ms", last["p99.99_ms"], last["p99.99_ms"] <= 150
    yield (f"writes/s at 2 and more never below those at 1 ({at[1]['per_second']:.0f})", slowest,
           slowest >= at[1]["per_second"])
    rate = chat["messages_per_s"]
    yield "chat: ≥ 70,000 messages/s (Campfire published 7,066–7,573)", rate, rate >= 70000
    yield "chat: no message lost or repeated", chat["lost"] + chat["repeated"], \
        chat["lost"] + chat["repeated"] + chat["unconnected"] + chat["unposted"] == 0


def main():
    directory = sys.argv[1]
    contend = read(directory, "contend.json")
    write = read(directory, "write.json")
    (chat,) = read(directory, "chat.json")
    print_levels(contend + write)
    print(f"\nchat\n{chat['users']} WebSockets, {chat['connections_per_s']:.0f} connections/s "
          f"(most {chat['most_connections_per_s']:.0f}), {chat['delivered']} deliveries, "
          f"{chat['messages_per_s']:.0f} messages/s (most {chat['most_messages_per_s']:.0f})\n")
    queue = [level for level in contend if level["title"] == "queue"]
    held = True
    for sentence, measured, holds in bounds(write, queue, chat):
        held = held and holds
        print(f"{'ok  ' if holds else 'FAIL'} {sentence}: {measured}")
    sys.exit(not held)


main()

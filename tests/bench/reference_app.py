#!/usr/bin/env python3
"""reference_app.py DIRECTORY [--page FILE]: what reference_app.sh measured, as Markdown. Exit 1 when a
request of the app failed or a write or message got lost; a target that is missed is said in the page."""
import argparse
import datetime
import json
import pathlib
import sys

from machine import machine
from report import Grid, Table, Target

# %, Rails 7's defaults at 1, 2, 4, 8 and 16 writers: "SQLite on Rails: the how and why of optimal
# performance", 2024.
PUBLISHED_ERRORS = {1: 0, 2: 22, 4: 45, 8: 61, 16: 65}
PUBLISHED_CHAT = "7,066–7,573"  # messages/s of Campfire, Rails World 2024
NAMES = {
    "deferred": "`BEGIN`, SQLite's busy timeout",
    "immediate": "`BEGIN IMMEDIATE`, SQLite's busy timeout",
    "fair": "`BEGIN IMMEDIATE`, a try each millisecond",
    "queue": "one writer behind a queue",
}
SHARES = ("p50", "p95", "p99", "p99.9", "p99.99", "max")


def level_rows(levels):
    return [[level["writers"], f"{level['per_second']:,.0f}", f"{level['error_percent']:.1f} %"] +
            [f"{level[share + '_ms']:.2f}" for share in SHARES] for level in levels]


def level_grid(levels, before, after=""):
    return Grid(["writers", "writes/s", "errors", *(f"{share}, ms" for share in SHARES)], level_rows(levels), before, after)


def sharing_table(contend):
    """The same transaction with the settings of old, ours, and what lies between."""
    by_name = {name: [level for level in contend if level["title"] == name] for name in NAMES}
    writers = [level["writers"] for level in by_name["deferred"]]
    errors = [["published, Rails 7", *(f"{PUBLISHED_ERRORS[n]} %" if n in PUBLISHED_ERRORS else "–" for n in writers)]]
    errors += [[NAMES[name], *(f"{level['error_percent']:.1f} %" for level in levels)] for name, levels in by_name.items()]
    grids = [Grid(["refused, by writers", *map(str, writers)], errors,
                  "One transaction (look up the room, count, insert a message of 300 bytes) by threads that each have a "
                  "connection, in a closed loop without HTTP; the last row is how the app does it.")]
    grids += [level_grid(levels, NAMES[name] + ":") for name, levels in by_name.items()]
    ours = sum(level["failed"] for level in by_name["queue"] + by_name["fair"])
    targets = [Target("errors with the app's settings, all levels", ours, 0)]
    return Table("sharing", "Writers that share a database", grids, targets)


def write_table(write):
    at = {level["writers"]: level for level in write}
    most = at[max(at)]
    slowest = min(level["per_second"] for level in write if level["writers"] > 1)
    targets = [
        Target("failed requests, all levels", sum(level["failed"] for level in write), 0),
        Target(f"p99 at {most['writers']} writers", most["p99_ms"], 25, "ms"),
        Target(f"p99.99 at {most['writers']} writers", most["p99.99_ms"], 150, "ms"),
        Target("writes/s with one writer, over those of the slowest level with more", at[1]["per_second"] / slowest, 1),
    ]
    grid = level_grid(write, "`load write`: `POST /messages` over HTTP in a closed loop; each writer posts its next message "
                      "when the last one is acknowledged, after its commit.")
    return Table("write", "Writes over HTTP", [grid], targets)


def chat_table(chat):
    rows = [[f"{chat['users']:,}", f"{chat['connections_per_s']:,.0f} ({chat['most_connections_per_s']:,.0f})", f"{chat['posted']}",
             f"{chat['delivered']:,}", f"{chat['messages_per_s']:,.0f} ({chat['most_messages_per_s']:,.0f})",
             chat["lost"], chat["repeated"]]]
    grid = Grid(["WebSockets", "connections/s (most)", "posted", "delivered", "messages/s (most)", "lost", "repeated"], rows,
                "`load chat`, as Campfire's load test: users arrive, each opens a WebSocket and subscribes to its streams, "
                f"then one poster speaks, one message after the other. Campfire has published {PUBLISHED_CHAT} messages/s.")
    targets = [Target("messages lost or repeated, users not served",
                      chat["lost"] + chat["repeated"] + chat["unconnected"] + chat["unposted"], 0),
               Target("µs per delivery (70,000 messages/s)", 1e6 / max(chat["messages_per_s"], 1), 1e6 / 70000, "µs")]
    return Table("chat", "Messages to a thousand browsers", [grid], targets)


def mixed_table(mixed, verdict):
    missing, repeated, disordered = (len(verdict[name]) for name in ("missing", "repeated", "out_of_order"))
    columns = ["requests", "failed", "requests/s", "p50, ms", "p95, ms", "p99, ms", "slowest, ms"]
    row = [f"{mixed['requests']:,}", mixed["failed"], f"{mixed['rps']:,.0f}",
           *(f"{mixed[name]:.2f}" for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))]
    grid = Grid(columns, [row], "`load mixed`: 1,000 requests/s, 80 % reads, each timed from when it was due.",
                f"`load verify`: {verdict['acknowledged']:,} writes of all the above were acknowledged; missing "
                f"{missing}, repeated {repeated}, out of order {disordered}.")
    lost = missing + repeated + disordered
    targets = [Target("failed requests", mixed["failed"], 0), Target("writes missing, repeated or out of order", lost, 0)]
    return Table("mixed", "A constant load, and what is left of it", [grid], targets)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--page", type=pathlib.Path)
    options = parser.parse_args()
    read = {name: [json.loads(line) for line in (options.directory / f"{name}.json").read_text().splitlines()]
            for name in ("contend", "write", "chat", "mixed", "verify")}
    tables = [sharing_table(read["contend"]), write_table(read["write"]), chat_table(read["chat"][0]),
              mixed_table(read["mixed"][0], read["verify"][0])]
    sqlite = json.loads((options.directory / "status.json").read_text())["sqlite"]
    load = " ".join(open("/proc/loadavg", encoding="utf-8").read().split()[:3])
    top = ("# The reference app, measured\n\n"
           f"Made by `tests/bench/reference_app.sh` on {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC; do not edit. "
           f"Machine: {machine()}; app (SQLite {sqlite}) and load tool share it. Load average at the end: {load}.\n"
           "[The app](../examples/chatroom/README.md) says how it is made.")
    page = "\n\n".join([top] + [table.markdown() for table in tables]) + "\n"
    print(page)
    if options.page:
        options.page.write_text(page)
    return 1 if any(target.limit == 0 and not target.met for table in tables for target in table.targets) else 0


sys.exit(main())

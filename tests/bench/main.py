#!/usr/bin/env python3
"""Measures the tables that are named, prints Markdown, writes JSON. Called by run.sh, which has the options."""
import argparse
import datetime
import importlib
import json
import os
import pathlib
import sys

from lab import Failed, Lab, say
from machine import machine

tables = ("releases", "overhead", "local", "shipping", "swap", "hold")


def header(lab, form, names, began):
    load = " ".join(open("/proc/loadavg").read().split()[:3])
    versions = ", ".join(f"{name} {version}" for name, version in lab.versions.items())
    fewer = [f"ROUNDS={os.environ['ROUNDS']}"] if "ROUNDS" in os.environ else []
    command = " ".join(fewer + ["tests/bench/run.sh", f"--{form}"] + (list(names) if set(names) != set(tables) else []))
    return f"""\
# Benchmarks

Made by `{command}` on {began:%Y-%m-%d %H:%M} UTC; do not edit. Machine: {machine()}. Load average when it
began and ended: {lab.load} and {load}: other work shares the machine, so what counts is the ratio of two
columns that were measured in turns. Versions: {versions}. Laptop: Debian 14 with an engine of its own; server:
Debian 13, fresh; both are containers of one machine, with a delay line between them.
"""


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--form", choices=("short", "long"), default="short")
    parser.add_argument("--deploy", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path, required=True)
    parser.add_argument("--json", type=pathlib.Path, required=True)
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("tables", nargs="*")
    found = parser.parse_args()
    unknown = set(found.tables) - set(tables)
    if unknown:
        parser.error(f"no table {', '.join(sorted(unknown))}: {', '.join(tables)}")
    return found


def main():
    options = arguments()
    names = options.tables or tables
    began = datetime.datetime.now(datetime.timezone.utc)
    made, failed = [], []
    with Lab(options.deploy, options.tools) as lab:
        for name in names:
            say(f"table {name}")
            try:
                made.append(importlib.import_module(f"table_{name}").measure(lab, options.form))
            except Failed as error:  # the others are still worth having
                failed.append(name)
                say(f"table {name}: {error}")
        top = header(lab, options.form, names, began)
    page = "\n\n".join([top.strip()] + [table.markdown() for table in made]) + "\n"
    print(page)
    record = {"made": began.isoformat(), "machine": machine(), "versions": lab.versions, "form": options.form,
              "tables": [table.as_json() for table in made]}
    options.json.write_text(json.dumps(record, indent=1) + "\n")
    if options.page and not failed:
        options.page.write_text(page)
    missed = [target.name for table in made for target in table.targets if not target.met]
    say("all targets are met" if not missed else "missed: " + "; ".join(missed))
    if failed:
        say("not measured: " + ", ".join(failed))
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
"""Measures the tables that are named, prints Markdown, writes JSON. Called by run.sh, which has the options."""
import argparse
import datetime
import importlib
import json
import os
import pathlib
import sys

import page
from lab import Failed, Lab, say
from machine import machine

tables = ("releases", "overhead", "local", "shipping", "swap", "hold")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def load():
    return " ".join(open("/proc/loadavg").read().split()[:3])


def provenance(lab, form, name, began, load_before):
    versions = ", ".join(f"{name} {version}" for name, version in lab.versions.items())
    fewer = [f"ROUNDS={os.environ['ROUNDS']}"] if "ROUNDS" in os.environ else []
    command = " ".join(fewer + ["tests/bench/run.sh", f"--{form}", name])
    return (f"`{command}` on {began:%Y-%m-%d %H:%M} UTC. Machine: {machine()}; load average before and after: "
            f"{load_before}, {load()}. Versions: {versions}.")


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
    began = now()
    made, failed = [], []
    with Lab(options.deploy, options.tools) as lab:
        for name in names:
            say(f"table {name}")
            start, load_before = now(), load()
            try:
                table = importlib.import_module(f"table_{name}").measure(lab, options.form)
            except Failed as error:  # the others are still worth having
                failed.append(name)
                say(f"table {name}: {error}")
                continue
            table.made = provenance(lab, options.form, name, start, load_before)
            made.append(table)
    print(page.renew("", made))
    record = {"made": began.isoformat(), "machine": machine(), "versions": lab.versions, "form": options.form,
              "tables": [table.as_json() for table in made]}
    options.json.write_text(json.dumps(record, indent=1) + "\n")
    if options.page:
        whole = set(names) == set(tables) and not failed
        before = "" if whole or not options.page.exists() else options.page.read_text()
        options.page.write_text(page.renew(before, made))
    missed = [target.name for table in made for target in table.targets if not target.met]
    say("all targets are met" if not missed else "missed: " + "; ".join(missed))
    if failed:
        say("not measured: " + ", ".join(failed))
    return 1 if failed else 0


sys.exit(main())

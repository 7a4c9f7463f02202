#!/usr/bin/env python3
"""Prints a Markdown table of what was survived, points × faults, and whatever was not.

usage: table.py FAULT… <results    lines `SCENARIO POINT FAULT survived|lost DETAIL…`
"""
import sys
from collections import defaultdict

faults = sys.argv[1:]
cells = defaultdict(lambda: [0, 0])  # (row, fault): survived, tried
lost = []
for line in sys.stdin:
    scenario, point, fault, verdict = line.split()[:4]
    for row in (f"{scenario}: {point.split('/')[0]}", "all"):
        for column in (fault, "all"):
            cells[row, column][0] += verdict == "survived"
            cells[row, column][1] += 1
    if verdict != "survived":
        lost.append(line.rstrip())

rows = sorted({row for row, _ in cells} - {"all"}) + ["all"]
columns = [fault for fault in faults if ("all", fault) in cells] + ["all"]
print("| scenario: phase | " + " | ".join(columns) + " |")
print("|---" * (len(columns) + 1) + "|")
for row in rows:
    values = [cells[row, column] if (row, column) in cells else None for column in columns]
    print(f"| {row} | " + " | ".join(f"{v[0]}/{v[1]}" if v else "" for v in values) + " |")
for line in lost:
    print("not survived:", line)
print(f"{cells['all', 'all'][0]} of {cells['all', 'all'][1]} combinations survived")

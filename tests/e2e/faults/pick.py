#!/usr/bin/env python3
"""Chooses what to break where.

usage: pick.py SEED COUNT FAULT… <points    COUNT: a number, or `all`

points: lines `SCENARIO POINT`. Prints lines `SCENARIO POINT FAULT`, scenario by scenario. Of fewer than
all, every fault appears, and, where COUNT is enough for that, every point; a point of the phase
`inspect`, which is the same in every scenario, in at least one of them.
"""
import random
import sys

seed, count, faults = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
points = [tuple(line.split()) for line in sys.stdin]
every = [(*point, fault) for point in points for fault in faults]
dice = random.Random(seed)
order = {pair: number for number, pair in enumerate(points)}


def kind(scenario, point):
    return point if point.startswith("inspect/") else (scenario, point)


def sample(wanted):
    # One combination for each point, the faults in turn; then others, until there are enough.
    dice.shuffle(every)
    turn = faults[:]
    dice.shuffle(turn)
    chosen, seen = set(), set()
    for point in dice.sample(points, len(points)):
        if kind(*point) not in seen and len(chosen) < wanted:
            seen.add(kind(*point))
            chosen.add((*point, turn[len(seen) % len(turn)]))
    for combination in every:
        if len(chosen) >= wanted:
            break
        chosen.add(combination)
    return chosen


chosen = every if count == "all" else sample(int(count))
for scenario, point, fault in sorted(chosen, key=lambda c: (order[c[:2]], c[2])):
    print(scenario, point, fault)

"""Releases one after the other under constant load: failed requests and the longest stall."""
import time

from lab import say
from load import Load
from project import Project
from report import Grid, Table, Target, milliseconds

connections = 64


def under_load(lab, project, tool, words, swaps, rate, requests):
    """The load goes on after the last swap until there were enough requests."""
    with Load(lab, project.host, rate, connections) as load:
        began = time.time()
        for number in range(swaps):
            project.commit()
            took = project.run(tool, *words, rtt=0)["seconds"]
            say(f"  {tool} {number + 1} of {swaps}: {took:.2f} s")
        swapped = time.time() - began
        time.sleep(max(0, 1.02 * requests / rate - swapped))
    return {"tool": tool, "swaps": swaps, "swap_seconds": swapped / swaps, **load.saw}


def measure(lab, form):
    swaps, rate, requests = (100, 4000, 10**6) if form == "long" else (20, 2500, 10**5)
    made = []
    for tool, words in (("deploy", ()), ("kamal", ("deploy",))):
        project = Project(lab, f"bench-swap-{tool}")
        project.run(tool, "setup", rtt=0)
        made.append(under_load(lab, project, tool, words, swaps, rate, requests))
        project.remove()
    return table(made, rate, requests)


def table(made, rate, requests):
    names = {"deploy": "`deploy`", "kamal": "`kamal deploy`"}
    rows = [[names[m["tool"]], m["swaps"], f"{m['swap_seconds']:.2f} s", f"{m['requests']:,}", m["failed"],
             milliseconds(m["p50_ms"]), milliseconds(m["p99_ms"]), milliseconds(m["longest_ms"])] for m in made]
    columns = ["", "swaps", "one release", "requests", "failed", "median", "99 %", "longest stall"]
    before = (f"{rate} requests a second on {connections} connections; each is counted from when it was due. Load, "
              "proxy, app and both tools share the machine's cores.")
    ours = made[0]
    targets = [Target("failed requests", ours["failed"], 0),
               Target("requests left out of the wanted number", max(0, requests - ours["requests"]), 0)]
    return Table("swap", "Swap under load", [Grid(columns, rows, before)], targets, made)

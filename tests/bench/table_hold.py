"""Hold: requests wait from the proxy's swap to the waiting room until that resumes. How much of that is neither the app nor Docker?"""
import re

import samples as take
from lab import say
from load import Load
from project import Project
from report import Grid, Table, Target, median

with_data = """\
volumes:
  - bench_hold_storage:/storage
sqlite:
  databases:
    - /storage/app.sqlite3
  migrate: /answer migrate
"""


def what(words):
    """The beginning of a call, without what is another one in each release; one to the waiting room says so."""
    words = re.sub(r"exec (--env \S+ )+kamal-proxy kamal-proxy", "exec room: kamal-proxy", words)
    return re.sub(r"[0-9a-f]{12,}", "…", " ".join(words.split()[:4]))


def gap_of(calls):
    """The calls from the swap to the waiting room until it resumes; both belong to the gap."""
    begin = next(c for c in calls if "kamal-proxy deploy" in c["words"] and "--target localhost:" in c["words"])
    end = next(c for c in calls if "kamal-proxy resume" in c["words"])
    inside = [c for c in calls if c["begin"] >= begin["begin"] and c["end"] <= end["end"] + 0.001]
    whole = end["end"] - begin["begin"]
    return {"whole": whole, "docker": take.union(inside, begin["begin"], end["end"]),
            "calls": [(what(c["words"]), c["end"] - c["begin"]) for c in inside]}


def measure(lab, form):
    rounds = take.rounds(form, 9, 25)
    project = Project(lab, "bench-hold", more=with_data)
    project.run("deploy", "setup", rtt=0)
    made, stalls = [], []
    for number in range(rounds + 1):
        project.commit()
        lab.server.forget_calls()
        with Load(lab, project.host, rate=200, connections=400) as load:
            result = project.run("deploy", "--json", rtt=0)
        gap = gap_of(lab.server.calls())
        gap |= {"steps": take.steps_of(result["out"]), "load": load.saw, "rest": gap["whole"] - gap["docker"]}
        say(f"  gap {gap['whole']:.3f} s, docker {gap['docker']:.3f} s, rest {1000 * gap['rest']:.0f} ms, "
            f"longest wait {load.saw['longest_ms']:.0f} ms, {load.saw['failed']} failed")
        if number > 0:
            made.append(gap)
    project.remove()
    return table(made)


def table(made):
    def milli(values):
        return f"{1000 * median(values):.0f} ms"
    rows = [["swap to resume, whole", milli([m["whole"] for m in made])],
            ["in which a Docker command was at work", milli([m["docker"] for m in made])],
            ["**rest: our own**", f"**{milli([m['rest'] for m in made])}**"],
            ["longest wait that the load saw", milli([m["load"]["longest_ms"] / 1000 for m in made])]]
    names = [name for name, _ in made[0]["calls"]]
    calls = [[f"`docker {name}`", milli([dict(m["calls"]).get(name, 0) for m in made])]
             for name in dict.fromkeys(names)]
    before = (f"cut-over `hold` with a migration that takes no time, 200 requests a second, medians of {len(made)}. "
              "Docker's part is told by a clock around every `docker` on the server.")
    targets = [Target("gap beyond stop, migration and boot", 1000 * median([m["rest"] for m in made]), 150, "ms"),
               Target("failed requests in hold", sum(m["load"]["failed"] for m in made), 0)]
    return Table("hold", "Hold: the gap", [Grid(["", "time"], rows, before), Grid(["Docker's commands in the gap", "time"], calls)],
                 targets, made)

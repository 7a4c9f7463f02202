"""What needs no network: the start of the program, a plan, and how much memory a large release takes."""
import json

import samples as take
from lab import here, say
from project import Project
from report import Grid, Table, Target, median, milliseconds, seconds, size

large_image = 500_000_000


def small_times(lab):
    """Name → list of milliseconds."""
    lab.laptop.put(here / "large.yml", "/bench/large.yml")
    config = ["deploy", "config", "-c", "large.yml"]
    return {"`true`, for comparison": lab.laptop.repeated(51, "/bin/true"),
            "`deploy version`": lab.laptop.repeated(51, "deploy", "version"),
            "`deploy config` of the largest sample": lab.laptop.repeated(51, *config, cwd="/bench"),
            "`kamal version`": lab.laptop.repeated(3, "kamal", "version")}


def plan_time(lab):
    lab.laptop.put(lab.deploy.parent / "tests/bench/plan-time", "/bench/plan-time")
    return json.loads(lab.laptop.run("/bench/plan-time", "/bench/large.yml"))


def large_release(lab):
    """A first release of an image that no compression makes smaller, then one of its small layer."""
    project = Project(lab, "bench-large", filler=large_image)
    made = []
    for words in (("setup", "--json"), ("--json",)):
        result = project.run("deploy", *words, rtt=0, memory=True)
        made.append({"seconds": result["seconds"], "peak": result["peak_kb"] * 1024,
                     "bytes": take.answer_of(result["out"])["bytes_sent"], "steps": take.steps_of(result["out"])})
        say(f"  500 MB image: {result['seconds']:.1f} s, {result['peak_kb'] / 1024:.1f} MB resident")
        project.commit()
    project.remove()
    return made


def measure(lab, _form):
    small, plan, large = small_times(lab), plan_time(lab), large_release(lab)
    rows = [[name, milliseconds(median(times)), milliseconds(min(times))] for name, times in small.items()]
    rows.append(["a plan of the largest sample, in one process", f"{plan['median_ms']:.2f} ms", "–"])
    names = ("first release: all of it", "next release: one small layer")
    memory = [[name, size(m["peak"]), size(m["bytes"]), seconds(m["seconds"]), seconds(dict(m["steps"])["build"] / 1000)]
              for name, m in zip(names, large)]
    version, config = (median(small[n]) for n in list(small)[1:3])
    targets = [Target("`deploy version`", version, 5, "ms"),
               Target("a plan of the largest sample", max(config, plan["median_ms"]), 20, "ms"),
               Target("resident memory with a 500 MB image", max(m["peak"] for m in large) / 1e6, 40, "MB")]
    lines = len((here / "large.yml").read_text().splitlines())
    grids = [Grid(["", "median", "least"], rows, before=
                  f"Medians of 51 processes. The plan is everything from the text of [large.yml](../tests/bench/large.yml) "
                  f"({lines} lines) to the {plan['script_bytes'] // 1000} kB of script that the server would get."),
             Grid(["release of a 500 MB image", "peak resident (VmHWM)", "sent", "time", "of it `docker build`"], memory)]
    return Table("local", "Start, plan, memory", grids, targets, {"small": small, "plan": plan, "large": large})

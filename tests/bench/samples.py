"""One run of a tool, taken apart: its time, Docker's part of it, its steps, what went over the line."""
import json
import os

from lab import Failed
from report import Grid, median


def rounds(form, short, long):
    """How often to measure; $ROUNDS says otherwise, where a machine is too busy for more."""
    return int(os.environ.get("ROUNDS", 0)) or (long if form == "long" else short)


def union(calls, began, ended):
    """Seconds of [began, ended] in which at least one of the calls was at work."""
    total, covered = 0.0, began
    for call in sorted(calls, key=lambda c: c["begin"]):
        start, end = max(call["begin"], covered), min(call["end"], ended)
        if end > start:
            total += end - start
            covered = end
    return total


def events_of(text):
    events = []
    for line in text.splitlines():
        if line.startswith("{"):
            events.append(json.loads(line))
    return events


def steps_of(text):
    """(step, milliseconds) in the order in which they ended; the events of `deploy --json`."""
    return [(e["step"], e["duration_ms"]) for e in events_of(text) if e["type"] == "step_ended"]


def answer_of(text):
    answers = [e["data"] for e in events_of(text) if e["type"] == "answer"]
    if not answers:
        raise Failed("no answer in the output of `deploy --json`")
    return answers[-1]


def sample(project, tool, *words, rtt, server=None, env=None):
    """Runs the tool once; a dictionary of numbers, ready for JSON."""
    lab = project.lab
    machines = [lab.laptop, server or lab.server]
    port = lab.line(rtt, server)
    project.config(rtt, server)
    for machine in machines:
        machine.forget_calls()
    lab.forget_connections(port)
    result = project.run(tool, *words, rtt=rtt, server=server, env=env)
    calls = [call for machine in machines for call in machine.calls()]
    lines = lab.connections(port)
    made = {"tool": tool, "command": words[0] if words else "deploy", "rtt": rtt, "seconds": result["seconds"],
            "docker": union(calls, result["began"], result["ended"]), "docker_calls": len(calls), "forks": result["forks"],
            "round_trips": max(line["round_trips"] for line in lines),
            "up": sum(line["up"] for line in lines), "down": sum(line["down"] for line in lines)}
    if "--json" in words:
        made["steps"] = steps_of(result["out"])
        made["answer"] = answer_of(result["out"])
    return made


def limit(lab, rtt, server=None):
    """Connection, authentication and one exec, by OpenSSH's own client through the same line."""
    port = lab.line(rtt, server)
    ssh = ["ssh", "-p", str(port), "-o", "BatchMode=yes", "deployer@127.0.0.1", "true"]
    return lab.laptop.timed(*ssh)["seconds"]


def of(samples, key, **where):
    """The median of one number over the samples that match."""
    values = [s[key] for s in samples if all(s[k] == v for k, v in where.items())]
    return median(values)


def step_medians(samples, **where):
    """Step → median milliseconds, in the order of the first sample."""
    chosen = [s["steps"] for s in samples if all(s[k] == v for k, v in where.items())]
    names = []
    for steps in chosen:
        names += [name for name, _ in steps if name not in names]
    totals = [{n: sum(ms for step, ms in steps if step == n) for n in names} for steps in chosen]
    return {name: median([t[name] for t in totals]) for name in names}


def step_grid(samples, rtts, before="", **where):
    """Where the time of a command goes: milliseconds of each step, a column for each round-trip time."""
    columns = [step_medians(samples, rtt=rtt, **where) for rtt in rtts]
    totals = [1000 * of(samples, "seconds", rtt=rtt, **where) for rtt in rtts]
    rows = [[f"`{name}`"] + [f"{column.get(name, 0):.0f}" for column in columns]
            for name in dict.fromkeys(name for column in columns for name in column)]
    rows.append(["between and around the steps"] +
                [f"{total - sum(column.values()):.0f}" for total, column in zip(totals, columns)])
    rows.append(["whole"] + [f"{total:.0f}" for total in totals])
    return Grid(["step (ms)"] + [f"{rtt} ms" for rtt in rtts], rows, before)

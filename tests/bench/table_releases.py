"""deploy beside Kamal: a release and a rollback, at three round-trip times, in turns on one server."""
import samples as take
from lab import say
from project import Project
from report import Grid, Table, Target, median, seconds, times

rtts = (0, 25, 100)

wanted = {("deploy", 0): 1 / 3, ("deploy", 100): 1 / 4, ("rollback", 0): 1 / 2, ("rollback", 100): 1 / 3}


def one_round(lab, ours, kamals, rtt):
    """Each tool releases a new version of its app and goes back again."""
    made = []
    before = kamals.last_version()
    ours.commit()
    made.append(take.sample(ours, "deploy", "--json", rtt=rtt))
    made[-1]["command"] = "deploy"
    kamals.commit()
    made.append(take.sample(kamals, "kamal", "deploy", rtt=rtt))
    made.append(take.sample(ours, "deploy", "rollback", "--json", rtt=rtt))
    made.append(take.sample(kamals, "kamal", "rollback", before, rtt=rtt))
    for s in made:
        say(f"  {s['tool']} {s['command']} at {rtt} ms: {s['seconds']:.2f} s, docker {s['docker']:.2f} s, "
            f"{s['round_trips']} round trips")
    return made


def measure(lab, form):
    rounds = take.rounds(form, 5, 11)
    ours, kamals = Project(lab, "bench-deploy"), Project(lab, "bench-kamal")
    ours.run("deploy", "setup", rtt=0)
    kamals.run("kamal", "setup", rtt=0)
    made, limits = [], {rtt: [] for rtt in rtts}
    one_round(lab, ours, kamals, 0)  # both are warm
    for rtt in rtts:
        for _ in range(rounds):
            made += one_round(lab, ours, kamals, rtt)
            limits[rtt].append(take.limit(lab, rtt))
    return table(made, {rtt: median(values) for rtt, values in limits.items()}, rounds)


def comparison(made, limits, command):
    rows, targets, reasons = [], [], {}
    for rtt in rtts:
        def of(tool, key, at=rtt):
            return take.of(made, key, tool=tool, command=command, rtt=at)
        mine, theirs = of("deploy", "seconds"), of("kamal", "seconds")
        ratio = mine / theirs
        goal = wanted.get((command, rtt))
        rows.append([f"{rtt} ms", f"**{seconds(mine)}**", seconds(theirs), times(ratio),
                     f"≤ {times(goal)}" if goal else "–", seconds(limits[rtt] + of("deploy", "docker")),
                     seconds(of("deploy", "docker")), seconds(of("kamal", "docker")),
                     f"{of('deploy', 'round_trips'):.0f}", f"{of('kamal', 'round_trips'):.0f}"])
        if goal:
            targets.append(Target(f"{command} beside Kamal at {rtt} ms", ratio, goal, "of its time"))
            reasons[targets[-1].name] = (
                f"of our {seconds(mine)} Docker's commands take {seconds(of('deploy', 'docker'))} on this machine, and "
                f"logging in as OpenSSH does {seconds(limits[rtt])}")
    columns = ["round trip", f"`deploy{' rollback' if command == 'rollback' else ''}`", f"`kamal {command}`",
               "ratio", "target", "limit", "Docker's own: deploy", "Docker's own: Kamal", "round trips: deploy",
               "round trips: Kamal"]
    return Grid(columns, rows), targets, reasons


def steps(made, command):
    return take.step_grid(made, rtts, f"Where the time goes, {command} by Liteship:", tool="deploy", command=command)


def table(made, limits, rounds):
    forward, targets, reasons = comparison(made, limits, "deploy")
    back, more, more_reasons = comparison(made, limits, "rollback")
    forward.before = (
        f"A 16 MB image from scratch whose 2-byte layer changes; the app answers at once; both tools with "
        f"the same deploy.yml (Kamal with its local registry). Medians of {rounds}, in turns. *Limit*: "
        f"connection, authentication and one exec by OpenSSH's client through the same line (" +
        ", ".join(f"{seconds(limits[r])} at {r} ms" for r in rtts) +
        "), and the time in which a Docker command was at work here or there.")
    return Table("releases", "Release and rollback beside Kamal",
                 [forward, back] + [steps(made, command) for command in ("deploy", "rollback")], targets + more,
                 {"runs": made, "limits": limits}, reasons | more_reasons)

"""What is left when Docker answers at once: the tool's own time, and its round trips on the wire."""
import pathlib
import tempfile

import samples as take
from lab import Server, here, local, say
from project import Project
from report import Grid, Table, Target, median, seconds
from stub_image import files

rtts = (0, 25, 100)
limits = {0: 0.15, 100: 1.6}
trips = {"deploy": 14, "rollback": 11}


def put_stub(machine):
    """In front of everything in PATH, with what it answers."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files().items():
            (pathlib.Path(folder) / name).write_bytes(content)
        machine.sh("mkdir -p /bench")
        local("docker", "cp", f"{folder}/.", f"{machine.container}:/bench")
    machine.put(here / "stub/docker", "/bench/stub-docker")


def stub_server(lab):
    """A second server, which has no Docker but the stub, and a proxy that runs in it already."""
    local(here.parent / "server/images.sh", "server-13")
    server = Server(f"{lab.tag}-stub", lab.tag, [])
    put_stub(server)
    server.sh("""cp /bench/stub-docker /usr/local/bin/docker; chmod 755 /usr/local/bin/docker
        : >/var/run/docker.sock; chmod 666 /var/run/docker.sock""")
    server.run("su", "deployer", "-c", "docker run --detach --name kamal-proxy basecamp/kamal-proxy:v0.9.2")
    server.forget_calls()
    lab.log_in(server)
    return server


def stub_laptop(lab):
    put_stub(lab.laptop)
    lab.laptop.sh("mkdir -p /bench/stub; mv /bench/stub-docker /bench/stub/docker; chmod 755 /bench/stub/docker")
    path = lab.laptop.sh("printenv PATH").strip()
    # No engine behind this socket: the client is asked, which is the stub.
    return {"PATH": f"/bench/stub:{path}", "DOCKER_HOST": "unix:///bench/none.sock"}


def measure(lab, form):
    rounds = take.rounds(form, 9, 25)
    server, env = stub_server(lab), stub_laptop(lab)
    project = Project(lab, "bench-stub", filler=1000)
    made = []

    def run(*words, rtt):
        sample = take.sample(project, "deploy", *words, "--json", rtt=rtt, server=server, env=env)
        sample["command"] = words[0] if words else "deploy"
        made.append(sample)
        say(f"  {sample['command']} at {rtt} ms: {sample['seconds']:.3f} s, {sample['round_trips']} round trips")

    run("setup", rtt=0)
    project.commit()
    run(rtt=0)
    made.clear()
    logins = {rtt: [] for rtt in rtts}
    for rtt in rtts:
        for _ in range(rounds):
            project.commit()
            run(rtt=rtt)
            run("rollback", rtt=rtt)
            logins[rtt].append(take.limit(lab, rtt, server))
    return table(made, {rtt: median(values) for rtt, values in logins.items()}, rounds)


def table(made, logins, rounds):
    rows, targets = [], []
    for rtt in rtts:
        cells = [f"{rtt} ms"]
        for command in ("deploy", "rollback"):
            cells.append(seconds(take.of(made, "seconds", command=command, rtt=rtt)))
        for command in ("deploy", "rollback"):
            cells.append(f"{max(s['round_trips'] for s in made if s['command'] == command and s['rtt'] == rtt)}")
        rows.append(cells + [seconds(logins[rtt])])
        if rtt in limits:
            value = take.of(made, "seconds", command="deploy", rtt=rtt)
            targets.append(Target(f"overhead of a deploy at {rtt} ms", value, limits[rtt], "s"))
    for command, most in trips.items():
        # Counted at 100 ms, where a chain of causes cannot be longer than the time allows.
        value = take.of(made, "round_trips", command=command, rtt=100)
        targets.append(Target(f"round trips of a {command}", value, most))
    grids = [Grid(["round trip", "deploy", "rollback", "most round trips: deploy", "rollback", "OpenSSH: log in, one exec"], rows,
                  f"Docker is a script that answers at once, at both ends; medians of {rounds}. Round trips are "
                  "counted by the delay line as the longest chain of causes, opening the TCP connection included.")]
    for command in ("deploy", "rollback"):
        grids.append(take.step_grid(made, rtts, f"Steps of `{command}`:", command=command))
    result = Table("overhead", "Overhead: a Docker that answers at once", grids, targets, made)
    result.reasons[targets[0].name] = (
        f"OpenSSH's client alone takes {seconds(logins[0])} here to log in and start one command; the rest is the "
        f"{take.of(made, 'forks', command='deploy', rtt=0):.0f} processes that a deploy starts on both machines, git and the "
        "short programs of the server's shell")
    most = take.of(made, "round_trips", command="deploy", rtt=100)
    result.reasons[targets[1].name] = (
        f"{most:.0f} round trips are {seconds(most / 10)}; the rest is what a deploy takes at 0 ms, of which part "
        "happens while a packet travels")
    return result

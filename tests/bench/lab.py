"""The two machines of a run: a laptop (Debian 14, its own engine, Kamal) and a fresh server (Debian 13).

Both are containers of the outer engine (tests/server). Between them is a delay line for each
round-trip time, in front of the server's sshd, which also counts bytes and round trips. Both tools go
through the same line, log in with the same key and call Docker through the same clock.
"""
import json
import os
import pathlib
import shlex
import subprocess
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
server_dir = root / "tests/server"
label = "liteship-test"
clock = "/tmp/docker-clock.jsonl"


class Failed(Exception):
    """A command that a measurement needs did not end well."""


def say(text):
    print(text, file=os.sys.stderr, flush=True)


def local(*words, text=None, check=True):
    """Runs a command of this machine; its stdout."""
    done = subprocess.run([str(w) for w in words], input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise Failed(f"{shlex.join(map(str, words))}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def nested_flags():
    source = f'. {server_dir}/nested.sh; printf "%s\\n" "${{nested_flags[@]}}"'
    return local("bash", "-c", source).splitlines()


class Machine:
    """A container: commands in it, files into it, its log of Docker calls."""

    def __init__(self, container):
        self.container = container

    def run(self, *words, text=None, check=True, env=None):
        settings = [f"--env={k}={v}" for k, v in (env or {}).items()]
        return local("docker", "exec", "-i", *settings, self.container, *words, text=text, check=check)

    def sh(self, script, **options):
        return self.run("sh", "-euc", script, **options)

    def put(self, source, target):
        local("docker", "cp", source, f"{self.container}:{target}")

    def write(self, path, text):
        self.sh(f"mkdir -p {shlex.quote(str(pathlib.PurePath(path).parent))}; cat >{shlex.quote(path)}", text=text)

    def wait_for_docker(self):
        self.sh("timeout 60 sh -c 'until /usr/bin/docker version; do sleep 0.2; done' >/dev/null 2>&1")

    def load_image(self, name, tag=None):
        subprocess.run(f"docker save {name} | docker exec -i {self.container} /usr/bin/docker load -q",
                       shell=True, check=True, stdout=subprocess.DEVNULL)
        if tag:
            self.run("/usr/bin/docker", "tag", name, tag)

    def forget_calls(self):
        self.sh(f": >{clock}; chmod 666 {clock}")

    def calls(self):
        """The Docker calls that have ended since forget_calls, by when they began."""
        text = self.run("cat", clock)
        return sorted((json.loads(line) for line in text.splitlines()), key=lambda c: c["begin"])


class Laptop(Machine):
    def timed(self, *words, cwd="/", env=None, memory=False):
        """Runs it in the laptop and says how long it took; see timed.py. Fails when it fails."""
        flags = [f"--env={k}={v}" for k, v in (env or {}).items()]
        text = local("docker", "exec", "-w", cwd, *flags, self.container, "python3", "/bench/timed.py",
                     *(["--memory"] if memory else []), *words)
        result = json.loads(text)
        if result["status"] != 0:
            raise Failed(f"{shlex.join(words)}: exit {result['status']}\n{result['out'][-3000:]}{result['err'][-3000:]}")
        return result


    def repeated(self, count, *words, cwd="/"):
        """Milliseconds of each of so many runs; see timed.py."""
        return json.loads(local("docker", "exec", "-w", cwd, self.container, "python3", "/bench/timed.py",
                                "--repeat", str(count), *words))


class Server(Machine):
    def __init__(self, name, tag, kind):
        made = json.loads(local(server_dir / "server.sh", "up", name, "--release", "13", "--label", tag, *kind))
        super().__init__(f"liteship-server-{name}")
        self.name = name
        self.key = made["key"]
        self.http_port = made["http_port"]
        self.address = local("docker", "inspect", "-f", "{{.NetworkSettings.IPAddress}}", self.container).strip()
        self.host_keys = [line.split(" ", 1)[1] for line in pathlib.Path(made["known_hosts"]).read_text().splitlines()]


class Lab:
    """Brings both up; `with Lab(...) as lab`. Ports of the lines: 2200 + round-trip time in ms."""

    def __init__(self, deploy, tools):
        self.tag = f"bench-{os.getpid()}"
        self.deploy = deploy
        self.tools = tools
        self.ports = {}
        self.has_key = False
        self.versions = {}

    def __enter__(self):
        began = time.time()
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        say(f"laptop and server: {time.time() - began:.0f} s")
        return self

    def __exit__(self, *_):
        if os.environ.get("LITESHIP_KEEP"):
            say(f"kept: containers labelled {self.tag}")
        else:
            self.down()

    def up(self):
        local(server_dir / "images.sh", "laptop", "registry", "server-docker-13")
        self.laptop = Laptop(f"liteship-laptop-{self.tag}")
        local("docker", "run", "-d", "--init", "--name", self.laptop.container, "--hostname", "laptop",
              "--label", f"{label}={self.tag}", *nested_flags(), f"{label}/laptop")
        self.laptop.put(f"{self.tools}/.", "/bench")
        self.laptop.put(here / "timed.py", "/bench/timed.py")
        self.laptop.put(self.deploy, "/usr/local/bin/deploy")
        self.put_clock(self.laptop)
        self.server = Server(self.tag, self.tag, ["--with-docker"])
        self.put_clock(self.server)
        self.log_in(self.server)
        self.laptop.wait_for_docker()
        self.laptop.load_image(f"{label}/registry", "registry:3")
        self.laptop.sh("git config --global user.name bench; git config --global user.email bench@example.com")
        self.versions = self.look_up_versions()

    def down(self):
        local(server_dir / "server.sh", "down-all", "--label", self.tag, check=False)
        local("docker", "rm", "-fv", f"liteship-laptop-{self.tag}", check=False)

    def put_clock(self, machine):
        machine.put(self.tools / "docker-clock", "/usr/local/bin/docker")
        machine.forget_calls()

    def log_in(self, server):
        """The laptop's key and known_hosts; one key for all servers of the run."""
        key = pathlib.Path(server.key).read_text()
        if not self.has_key:
            self.has_key = True
            self.laptop.write("/root/.ssh/id_ed25519", key)
            self.laptop.sh("chmod 700 /root/.ssh; chmod 600 /root/.ssh/id_ed25519")
        else:
            public = self.laptop.run("ssh-keygen", "-y", "-f", "/root/.ssh/id_ed25519")
            server.sh("cat >>/home/deployer/.ssh/authorized_keys", text=public)

    def line(self, rtt, server=None):
        """The port on the laptop's 127.0.0.1 that leads to the server with this round-trip time in ms."""
        server = server or self.server
        if (server.name, rtt) in self.ports:
            return self.ports[server.name, rtt]
        others = {name for name, _ in self.ports} - {server.name}
        port = 2200 + rtt + 1000 * len(others)
        self.ports[server.name, rtt] = port
        local("docker", "exec", "-d", self.laptop.container, "/bench/delay-line", str(port),
              f"{server.address}:22", str(rtt), f"/tmp/line-{port}.jsonl")
        known = "".join(f"[127.0.0.1]:{port} {key}\n" for key in server.host_keys)
        self.laptop.sh("cat >>/root/.ssh/known_hosts", text=known)
        return port

    def forget_connections(self, port):
        self.laptop.sh(f": >/tmp/line-{port}.jsonl")

    def connections(self, port, count=1):
        """What the line saw of the connections since, when that many have ended."""
        deadline = time.time() + 10
        while True:
            text = self.laptop.run("cat", f"/tmp/line-{port}.jsonl", check=False)
            lines = [json.loads(line) for line in text.splitlines()]
            if len(lines) >= count:
                return lines
            if time.time() > deadline:
                raise Failed(f"the line on {port} saw {len(lines)} connections end, not {count}")
            time.sleep(0.05)

    def look_up_versions(self):
        docker = ("/usr/bin/docker", "version", "-f", "{{.Server.Version}}")
        return {"deploy": self.laptop.run("deploy", "version").split()[-1],
                "kamal": self.laptop.run("kamal", "version").strip(),
                "docker on the laptop": self.laptop.run(*docker).strip(),
                "docker on the server": self.server.run(*docker).strip()}

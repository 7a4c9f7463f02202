"""A change of 1 MB in an image of 250 MB: what travels, and how long it takes, in three ways.

The base is pulled from a registry, as almost everybody's is. For `deploy` also one that was built here and
never pushed: the engine does not know its layers' digests, and gives them with `docker save` only.
"""

import samples as take
from lab import say
from project import Project
from report import Grid, Table, Target, median, seconds, size

rtt = 25
base_size = 249_000_000
layer_size = 1_000_000

base = "localhost:5555/bench-base"
base_dockerfile = """\
FROM scratch
COPY filler /filler
"""
app_dockerfile = """\
COPY answer /answer
COPY version code /
CMD ["/answer"]
"""

# Text that compresses as programs do, another megabyte of it each time; and a base that halves.
make_sources = """\
import glob
text = b"".join(open(f, "rb").read() for f in sorted(glob.glob("/usr/lib/python3*/**/*.py", recursive=True)))
open("/bench/sources", "wb").write(text)
"""

make_filler = f"import os; open('filler', 'w').write(os.urandom({base_size // 2}).hex())"

change = """\
import sys
number, text = int(sys.argv[1]), open("/bench/sources", "rb").read()
begin = number * 400009 % (len(text) - {size})
open("code", "wb").write(text[begin:begin + {size}])
"""


class Shipping:
    """service: of the project; beginning: of its Dockerfile; filler: bytes of a file for it."""

    def __init__(self, lab, service, beginning, filler):
        self.lab = lab
        self.laptop = lab.laptop
        self.project = Project(lab, service, filler=filler, dockerfile=beginning + app_dockerfile)
        self.port = lab.line(rtt)
        self.ssh = f"ssh -p {self.port} -o BatchMode=yes deployer@127.0.0.1"
        self.change()
        self.project.run("deploy", "setup", rtt=rtt)

    def change(self):
        self.laptop.sh(f"cd {self.project.folder}; python3 /bench/change.py {self.project.number + 1}")
        return self.project.commit()

    def built(self):
        """A new version, built as `docker build` does; its reference."""
        name = f"{self.project.service}:{self.change()}"
        self.laptop.sh(f"cd {self.project.folder}; /usr/bin/docker build -q -t {name} . >/dev/null")
        return name

    def layer(self, name):
        """The changed layer's size as zstd -3 packs it."""
        script = f"""/usr/bin/docker save {name} | tar -xO manifest.json |
            python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["Layers"][-1])'"""
        path = self.laptop.sh(script).strip()
        return int(self.laptop.sh(f"/usr/bin/docker save {name} | tar -xO {path} | zstd -3 -q -c | wc -c"))

    def wired(self, run):
        """run(), with the bytes that went over the line meanwhile."""
        self.lab.forget_connections(self.port)
        result = run()
        lines = self.lab.connections(self.port)
        return result, sum(line["up"] + line["down"] for line in lines)

    def by_deploy(self, way="deploy"):
        self.change()
        self.project.config(rtt)
        result, wire = self.wired(lambda: self.project.run("deploy", "--json", rtt=rtt))
        steps = dict(take.steps_of(result["out"]))
        layer = self.layer(f"{self.project.service}:{self.project.last_version()}")
        return {"way": way, "seconds": steps["send-image"] / 1000, "wire": wire, "layer": layer,
                "bytes": take.answer_of(result["out"])["bytes_sent"]}

    def by_command(self, way, script):
        name = self.built()
        words = ["bash", "-c", script.format(name=name, ssh=self.ssh, registry=f"localhost:5555/{name}")]
        result, wire = self.wired(lambda: self.laptop.timed(*words))
        return {"way": way, "seconds": result["seconds"], "wire": wire, "bytes": wire, "layer": self.layer(name)}

    def by_pipe(self):
        return self.by_command("pipe", "set -o pipefail; docker save {name} | gzip | {ssh} docker load -q")

    def by_registry(self):
        return self.by_command("registry", """set -e; docker tag {name} {registry}; docker push -q {registry}
            {ssh} -R 5555:localhost:5555 docker pull -q {registry}""")


def start_registry(lab):
    lab.laptop.sh("""/usr/bin/docker container inspect kamal-docker-registry >/dev/null 2>&1 ||
        /usr/bin/docker run -d --name kamal-docker-registry -p 127.0.0.1:5555:5000 registry:3 >/dev/null""")


def make_base(lab):
    """Built, pushed, forgotten and pulled."""
    lab.laptop.sh(f"""mkdir -p /root/bench-base; cd /root/bench-base; python3 -c "{make_filler}" """)
    lab.laptop.write("/root/bench-base/Dockerfile", base_dockerfile)
    lab.laptop.sh(f"""cd /root/bench-base; /usr/bin/docker build -q -t {base} . >/dev/null; /usr/bin/docker push -q {base} >/dev/null
        /usr/bin/docker image rm -f {base} >/dev/null; /usr/bin/docker builder prune -af >/dev/null
        /usr/bin/docker pull -q {base} >/dev/null; rm -r /root/bench-base""")


def measure(lab, form):
    rounds = take.rounds(form, 5, 9)
    start_registry(lab)
    lab.laptop.run("python3", "-c", make_sources)
    lab.laptop.write("/bench/change.py", change.format(size=layer_size))
    make_base(lab)
    shipping = Shipping(lab, "bench-shipping", f"FROM {base}\n", 1)
    own = Shipping(lab, "bench-own", base_dockerfile, base_size)

    def by_deploy_own():
        return own.by_deploy("own")

    ways = (shipping.by_deploy, by_deploy_own, shipping.by_registry, shipping.by_pipe)
    made = []
    for number in range(rounds + 1):
        for way in ways:
            if number > 2 and way == shipping.by_pipe and form == "short":
                continue  # 10 s each, and always the same
            made.append(way())
            say(f"  {made[-1]['way']}: {made[-1]['seconds']:.2f} s, {made[-1]['bytes']} bytes")
        if number == 0:
            made.clear()  # each way once for the base's sake
    shipping.project.remove()
    own.project.remove()
    return table(made)


def table(made):
    names = {"deploy": "`deploy`, step `send-image`", "own": "the same, 249 MB of it built here and never pushed", "registry": "`docker push` to a registry here, `docker pull` "
             "there through `ssh -R` (Kamal's way)", "pipe": "`docker save \\| gzip \\| ssh docker load`"}
    rows = []
    for way, name in names.items():
        chosen = [m for m in made if m["way"] == way]
        rows.append([name, size(median([m["bytes"] for m in chosen])), size(median([m["wire"] for m in chosen])),
                     size(median([m["layer"] for m in chosen])), seconds(median([m["seconds"] for m in chosen])),
                     len(chosen)])
    ratio = median([m["bytes"] / m["layer"] for m in made if m["way"] in ("deploy", "own")])
    columns = ["way", "bytes of the image", "on the wire, both ways", "zstd -3 of the changed layer", "time", "runs"]
    before = (f"An image of 250 MB whose last layer, 1 MB of program text, changes; {rtt} ms round trip; the image is "
              "built already. *On the wire* counts the whole connection; for `deploy` that is the whole release with "
              "its scripts. For the other two ways the image cannot be told from what carries it.")
    targets = [Target("bytes sent, by the zstd size of the changed layer", ratio, 1.05)]
    return Table("shipping", "Shipping a 1 MB change of a 250 MB image", [Grid(columns, rows, before)], targets, made)

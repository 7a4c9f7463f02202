"""The app that is released: a git repository in the laptop whose smallest layer changes with each commit."""
deploy_yml = """\
service: {service}
image: {service}
servers:
  - 127.0.0.1
registry:
  server: localhost:5555
builder:
  arch: amd64
  driver: docker
ssh:
  user: deployer
  port: {port}
proxy:
  host: {host}
  app_port: 3000
{more}"""

dockerfile = """\
FROM scratch
COPY answer /answer
COPY filler /filler
COPY version /version
CMD ["/answer"]
"""


class Project:
    """service: the name of the app, of its folder and (with .test) of its site.

    There is one configuration a line, deploy-PORT.yml, the same for both tools but for the port.
    """

    def __init__(self, lab, service, more="", filler=15_000_000, dockerfile=dockerfile):
        self.lab = lab
        self.laptop = lab.laptop
        self.service = service
        self.folder = f"/root/{service}"
        self.host = f"{service}.test"
        self.more = more
        self.number = 0
        self.laptop.sh(f"""mkdir -p {self.folder}/.kamal; cd {self.folder}; git init -q .
            : >.kamal/secrets; cp /bench/answer .; head -c {filler} /dev/urandom >filler""")
        self.laptop.write(f"{self.folder}/Dockerfile", dockerfile)
        self.commit()

    def config(self, rtt, server=None):
        port = self.lab.line(rtt, server)
        path = f"{self.folder}/deploy-{port}.yml"
        text = deploy_yml.format(service=self.service, port=port, host=self.host, more=self.more)
        self.laptop.write(path, text)
        return f"deploy-{port}.yml"

    def commit(self):
        """A new version: two bytes of one layer are others. Its SHA."""
        self.number += 1
        return self.laptop.sh(f"""cd {self.folder}; printf %02d {self.number % 100} >version
            git add -A; git commit -qm 'version {self.number}'; git rev-parse HEAD""").strip()

    def run(self, tool, *words, rtt, server=None, **options):
        """deploy or kamal in the project, through the line; see Laptop.timed."""
        config = self.config(rtt, server)
        return self.laptop.timed(tool, *words, "-c", config, cwd=self.folder, **options)

    def last_version(self):
        return self.laptop.sh(f"cd {self.folder}; git rev-parse HEAD").strip()

    def remove(self):
        """Nothing of the app stays on either machine: the next measurement has the room."""
        self.run("deploy", "remove", "--yes", rtt=0)
        self.laptop.sh(f"""rm -rf {self.folder}
            /usr/bin/docker image ls -q --filter label=service={self.service} | sort -u | xargs -r /usr/bin/docker image rm -f >/dev/null""")

#!/usr/bin/env python3
"""differential.py: `deploy` against Kamal 2.12 itself, over real projects' configurations.

DEPLOY and DRY_RUN name our programs. The samples lie beside the repository (../shared/kamal-configs, or
KAMAL_SAMPLES); others wrote them. For each that both take: `deploy config --kamal` has the values of
`kamal config`, and a release's `docker run`, `kamal-proxy deploy` and env files are Kamal's. What differs
on purpose is listed in docs/kamal.md; anything else fails. Exit 77: no samples, or no Docker.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
samples = pathlib.Path(os.environ.get("KAMAL_SAMPLES", root.parent / "shared/kamal-configs"))
version = "0c0ffee5a1ad0c0ffee5a1ad0c0ffee5a1ad0000"
path = "/usr/local/bin:/usr/bin:/bin"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def wanted_variables(text):
    """Every variable that a file asks for has a value that could be one."""
    variables = {"VERSION": version}
    for name in re.findall(r"""(?:ENV(?:\[|\.fetch\(?\s*)["']|\$\{)([A-Za-z_][A-Za-z0-9_]*)""", text):
        domain = name.lower().replace("_", "-") + ".example.com"
        host = any(part in name for part in ("HOST", "IP", "SERVER"))
        variables.setdefault(name, domain if "DOMAIN" in name else "192.0.2.10" if host else
                             "8080" if "PORT" in name else "value")
    for name in ("CI", "HOME", "PATH"):
        variables.pop(name, None)
    return variables


def make_project(folder, base, overlay=None):
    """The files as a project has them, and a secret for every name that might be one."""
    text = base.read_text() + (overlay.read_text() if overlay else "")
    (folder / "config").mkdir(parents=True)
    shutil.copy(base, folder / "config/deploy.yml")
    if overlay:
        destination = overlay.stem.split(".", 1)[1]
        (folder / "destination").write_text(destination)
        shutil.copy(overlay, folder / f"config/deploy.{destination}.yml")
    (folder / ".kamal").mkdir()
    names = sorted(set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", text)))
    (folder / ".kamal/secrets-common").write_text("".join(f"{name}=secret of {name}\n" for name in names))
    variables = wanted_variables(text)
    (folder / "variables").write_text("".join(f"{k}={v}\n" for k, v in variables.items()))
    (folder / "Dockerfile").write_text("FROM scratch\n")
    pages = re.search(r"^error_pages_path:\s*(\S+)", text, re.M)
    if pages:
        (folder / pages[1]).mkdir(parents=True, exist_ok=True)
        (folder / pages[1] / "502.html").write_text("<h1>502</h1>\n")
    return variables, ["-d", destination] if overlay else []


def run_ours(folder, variables, words):
    settings = {"PATH": path, "HOME": "/root", "XDG_STATE_HOME": str(folder / "state"), **variables}
    deploy, dry_run = os.environ["DEPLOY"], os.environ["DRY_RUN"]
    config = subprocess.run([deploy, "config", "--kamal", *words], cwd=folder, env=settings,
                            capture_output=True, text=True)
    (folder / "ours.yml").write_text(config.stdout if config.returncode == 0 else "")
    (folder / "ours.err").write_text(config.stderr)
    release = subprocess.run([dry_run, f"/projects/{folder.name}", *words, "--dry-run"], cwd=folder, env=settings,
                             capture_output=True, text=True)
    (folder / "ours.sh").write_text(release.stdout)
    if config.returncode == 0 and release.returncode != 0:
        (folder / "ours.stop").write_text(release.stderr)


def make_projects(work):
    bases = sorted(samples.glob("*.yml"))
    for base in bases:
        folder = work / base.stem
        run_ours(folder, *make_project(folder, base))
    for base in sorted(samples.glob("pairs/*/deploy.yml")):
        for overlay in sorted(base.parent.glob("deploy.*.yml")):
            folder = work / f"{base.parent.name}-{overlay.stem.split('.', 1)[1]}"
            run_ours(folder, *make_project(folder, base, overlay))


def listed_differences():
    """The first column of the tables of docs/kamal.md below `What is different`."""
    text = (root / "docs/kamal.md").read_text()
    return re.findall(r"^\| `([^`]+)` \|", text, re.M)


def main():
    if not samples.is_dir():
        skip(f"there is no {samples}")
    if why := os.environ.get("LITESHIP_SKIP_E2E"):
        skip(why)
    if shutil.which("docker") is None or subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        skip("there is no Docker")
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name) / "work"
        make_projects(work)
        (pathlib.Path(name) / "listed").write_text("\n".join(listed_differences()) + "\n")
        subprocess.run([root / "tests/server/images.sh", "laptop"], check=True)
        container = f"liteship-kamal-{os.getpid()}"
        # In this machine's network: files that ask for its address get the same answer in both.
        subprocess.run(["docker", "run", "-d", "--rm", "--init", "--name", container, "--network", "host",
                        "--label", f"liteship-test=kamal-{os.getpid()}", "liteship-test/laptop", "sleep", "1800"],
                       check=True, stdout=subprocess.DEVNULL)
        try:
            subprocess.run(["docker", "exec", container, "mkdir", "-p", "/kamal/bin"], check=True)
            for source, target in ((work, "/projects"), (pathlib.Path(name) / "listed", "/listed"),
                                   (here / "inside.rb", "/kamal/inside.rb"),
                                   (here / "shell_here.rb", "/kamal/shell_here.rb"),
                                   (here / "docker", "/kamal/bin/docker")):
                subprocess.run(["docker", "cp", source, f"{container}:{target}"], check=True,
                               stdout=subprocess.DEVNULL)
            done = subprocess.run(["docker", "exec", container, "ruby", "/kamal/inside.rb", "/projects", "/listed"])
            return done.returncode
        finally:
            subprocess.run(["docker", "rm", "-f", container], stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())

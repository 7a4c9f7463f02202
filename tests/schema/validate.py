#!/usr/bin/env python3
"""What a schema validator makes of docs/deploy.schema.json.

    tests/schema/validate.py DEPLOY

Every page of docs/config and every real sample that DEPLOY loads must pass, every broken file must be
refused. The samples lie beside the repository (../shared/kamal-configs), where they are at hand.
Exit status 77: jsonschema or PyYAML is not installed (python3-jsonschema, python3-yaml).
"""

import json
import os
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared/kamal-configs"
VARIABLE = re.compile(r"ENV(?:\[|\.fetch\(|\.fetch )[\"']([^\"']+)|\$\{(\w+)")

BASE = "service: notes\nimage: notes\nservers: [192.0.2.10]\n"
BROKEN = [
    "serviced: notes",
    "service: my notes",
    "service: [notes]",
    "retain_containers: 0",
    "retain_containers: many",
    "deploy_timeout: soon",
    "proxy: {hosts: notes.example.com, port: 3000}",
    "proxy: {app_port: 70000}",
    "proxy: {ssl: maybe}",
    "proxy: {healthcheck: /up}",
    "proxy: {buffering: {memory: lots}}",
    "builder: {arch: sparc}",
    "env: {secret: {KEY: value}}",
    "registry: {user: ada}",
    "ssh: {port: twenty-two}",
    "volumes: {storage: /storage}",
    "sqlite: {databases: [{file: /storage/app.sqlite3}]}",
    "sqlite: {cutover: sudden}",
    "aliases: {console: [app, exec]}",
    "servers: {web: {host: 192.0.2.10}}",
    "accessories: {db: {images: postgres}}",
]


class Loader(yaml.SafeLoader):
    """Keeps dates as texts, as every key of ours does."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def documents(text):
    return [d for d in yaml.load_all(text, Loader) if d is not None]


def loads(deploy, path, destination):
    """Does DEPLOY take the file, when every variable that it asks for is set?"""
    text = "".join(p.read_text() for p in path.parent.glob("*.yml"))
    env = dict(os.environ)
    for names in VARIABLE.findall(text):
        for name in filter(None, names):
            host = re.search("HOST|DOMAIN|IP", name)
            env[name] = "192.0.2.10" if host else "8080" if "PORT" in name else "value"
    words = [deploy, "config", "-c", str(path)] + (["-d", destination] if destination else [])
    return subprocess.run(words, env=env, capture_output=True, cwd=path.parent).returncode == 0


def samples():
    for path in sorted(SAMPLES.glob("*.yml")):
        yield path, path, ""
    for path in sorted(SAMPLES.glob("pairs/*/deploy.yml")):
        yield path, path, ""
        for overlay in sorted(path.parent.glob("deploy.*.yml")):
            yield overlay, path, overlay.suffixes[-2][1:]


def main(deploy):
    schema = json.loads((ROOT / "docs/deploy.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = []

    def expect(name, document, valid):
        errors = [f"{'.'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(document)]
        if bool(errors) == valid:
            wrong.append(f"{name}: {'; '.join(errors[:3]) or 'was accepted'}")

    pages = 0
    for page in sorted((ROOT / "docs/config").glob("*.yml")):
        for document in documents(page.read_text()):
            expect(page.name, document, True)
            pages += 1
    for broken in BROKEN:
        document = yaml.load(BASE, Loader)
        document.update(yaml.load(broken, Loader))
        expect(broken, document, False)
    seen = structural = 0
    for path, base, destination in samples():
        if not loads(deploy, base, destination):
            continue  # Kamal 1, several hosts: what is wrong with them is no matter of a schema
        try:
            whole = documents(path.read_text())
        except yaml.YAMLError:
            structural += 1  # ERB around the lines of a map: no YAML before it is evaluated
            continue
        for document in whole:
            expect(path.relative_to(SAMPLES), document, True)
            seen += 1
    print(f"{pages} documents of pages and {seen} samples pass, {len(BROKEN)} broken files are refused;"
          f" {structural} samples are no YAML before ERB")
    for line in wrong:
        print("wrong:", line)
    return 1 if wrong or (SAMPLES.exists() and seen == 0) else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))

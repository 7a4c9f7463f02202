"""Constant load on an app of the server, from outside; see tools/steady_load.cpp."""
import json
import pathlib
import subprocess
import tempfile


class Load:
    """`with Load(lab, host, rate, connections) as load:`; afterwards load.saw is what it saw."""

    def __init__(self, lab, host, rate, connections):
        self.end = pathlib.Path(tempfile.mkdtemp()) / "end"
        self.words = [lab.tools / "steady-load", f"{lab.server.address}:80", host, str(rate), str(connections),
                      self.end]
        self.saw = {}

    def __enter__(self):
        self.process = subprocess.Popen([str(w) for w in self.words], stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.end.touch()
        out, _ = self.process.communicate(timeout=120)
        self.end.unlink()
        self.end.parent.rmdir()
        self.saw = json.loads(out)

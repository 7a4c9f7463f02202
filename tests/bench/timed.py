#!/usr/bin/env python3
"""timed.py [--memory|--repeat N] COMMAND…: runs it, prints one line of JSON; for the laptop's container.

Result: seconds, began and ended (since 1970), status, forks (processes that the machine started
meanwhile), out, err, and with --memory peak_kb: the most that the process had resident (VmHWM, looked at
every 5 ms; the kernel keeps the maximum). With --repeat: a list of milliseconds, from the start of the
process to its end, without Python's own work.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time


def peak_of(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            found = re.search(r"VmHWM:\s+(\d+)", status.read())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def forks():
    """Processes that this kernel has started, in every container."""
    with open("/proc/stat") as counters:
        return int(next(line for line in counters if line.startswith("processes")).split()[1])


def run(words, memory):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = forks()
        began, start = time.time(), time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        peak = 0
        while memory and process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.005)
        status = process.wait()
        seconds = time.perf_counter() - start
        started = forks() - before
        out.seek(0)
        err.seek(0)
        return {"seconds": seconds, "began": began, "ended": began + seconds, "status": status, "forks": started,
                "peak_kb": peak, "out": out.read().decode(errors="replace"),
                "err": err.read().decode(errors="replace")}


def repeat(count, words):
    nothing = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    times = []
    for _ in range(count):
        start = time.perf_counter()
        pid = os.posix_spawnp(words[0], words, os.environ, file_actions=nothing)
        _, status = os.waitpid(pid, 0)
        times.append(1000 * (time.perf_counter() - start))
        if status != 0:
            sys.exit(f"{words[0]}: status {status}")
    return times


def main():
    words = sys.argv[1:]
    if words[0] == "--repeat":
        print(json.dumps(repeat(int(words[1]), words[2:])))
        return
    memory = words[:1] == ["--memory"]
    result = run(words[1:] if memory else words, memory)
    print(json.dumps(result))


main()

#!/usr/bin/env python3
"""The tools of the benchmark measure what they say: tools_test.py FOLDER (that tools.sh prints)."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import page
from report import Table

tools = pathlib.Path(sys.argv.pop())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def read_exactly(connection, count):
    while count > 0:
        piece = connection.recv(min(count, 1 << 20))
        if not piece:
            raise EOFError
        count -= len(piece)


class Echo(threading.Thread):
    """A server that greets with 5 bytes, then sends back all it gets."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    @staticmethod
    def serve(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"hello")
        while piece := connection.recv(1 << 20):
            connection.sendall(piece)
        connection.close()


class DelayLine:
    def __init__(self, to, rtt_ms):
        self.port = free_port()
        self.report = pathlib.Path(tempfile.mkdtemp()) / "report"
        words = [tools / "delay-line", str(self.port), f"127.0.0.1:{to}", str(rtt_ms), self.report]
        self.process = subprocess.Popen([str(w) for w in words])

    def connect(self):
        for _ in range(200):
            try:
                connection = socket.create_connection(("127.0.0.1", self.port))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise TimeoutError("the delay line does not listen")

    def seen(self):
        for _ in range(500):
            if self.report.exists() and self.report.read_text().endswith("\n"):
                return json.loads(self.report.read_text())
            time.sleep(0.01)
        raise TimeoutError("the delay line reported nothing")

    def close(self):
        self.process.kill()
        self.process.wait()


class DelayLineTest(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()

    def line(self, rtt_ms):
        line = DelayLine(self.echo.port, rtt_ms)
        self.addCleanup(line.close)
        return line

    def test_each_question_and_answer_takes_the_round_trip_time_and_counts_as_one(self):
        line = self.line(40)
        began = time.perf_counter()
        with line.connect() as connection:
            read_exactly(connection, 5)
            greeted = time.perf_counter() - began
            for _ in range(5):
                connection.sendall(b"x")
                read_exactly(connection, 1)
            took = time.perf_counter() - began - greeted
        self.assertGreaterEqual(greeted, 0.080)  # opening the connection, then the greeting
        self.assertLess(greeted, 0.5)
        self.assertGreaterEqual(took, 0.200)
        self.assertLess(took, 1.0)
        seen = line.seen()
        self.assertEqual((seen["round_trips"], seen["up"], seen["down"]), (7, 5, 10))

    def test_what_is_sent_without_waiting_is_one_trip_however_much(self):
        line = self.line(40)
        with line.connect() as connection:
            read_exactly(connection, 5)
            for _ in range(5):
                connection.sendall(b"x")
            read_exactly(connection, 5)
        self.assertEqual(line.seen()["round_trips"], 3)

    def test_the_delay_does_not_limit_throughput(self):
        line = self.line(100)
        count = 64 << 20
        with line.connect() as connection:
            read_exactly(connection, 5)
            began = time.perf_counter()
            sender = threading.Thread(target=connection.sendall, args=(bytes(count),))
            sender.start()
            read_exactly(connection, count)
            took = time.perf_counter() - began
            sender.join()
        self.assertLess(took, 6)  # a window of 2 MB a round trip would take 3.2 s more than the bytes do
        self.assertEqual(line.seen()["up"], count)


class PageTest(unittest.TestCase):
    def test_a_run_replaces_its_own_tables_and_leaves_the_others(self):
        first = page.renew("", [Table("a", "Title a", [], [], made="run 1"), Table("b", "Title b", [], [], made="run 1")])
        second = page.renew(first, [Table("b", "Title b", [], [], made="run 2"), Table("c", "Title c", [], [])])
        self.assertEqual(page.sections(second), {"Title a": "## Title a\n\nrun 1", "Title b": "## Title b\n\nrun 2",
                                                 "Title c": "## Title c"})
        self.assertEqual(second.count("# Benchmarks"), 1)


class DockerClockTest(unittest.TestCase):
    def test_it_becomes_the_real_program_and_notes_when_it_ran(self):
        if not os.path.exists("/usr/bin/docker"):
            self.skipTest("no docker")
        with tempfile.NamedTemporaryFile("r") as log:
            done = subprocess.run([tools / "docker-clock", "no-such-command", 'a"b'], capture_output=True,
                                  env={**os.environ, "DOCKER_CLOCK": log.name})
            wanted = subprocess.run(["/usr/bin/docker", "no-such-command", 'a"b'], capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (wanted.returncode, wanted.stderr))
            self.assertNotEqual(done.returncode, 0)
            time.sleep(0.2)
            line = json.loads(log.read())
        self.assertEqual(line["words"], "no-such-command a b")
        self.assertLess(line["end"] - line["begin"], 5)


class SteadyLoadTest(unittest.TestCase):
    def load(self, port, seconds):
        end = pathlib.Path(tempfile.mkdtemp()) / "end"
        words = [tools / "steady-load", f"127.0.0.1:{port}", "a.test", "200", "20", end]
        process = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, text=True)
        time.sleep(seconds)
        end.touch()
        return json.loads(process.communicate(timeout=90)[0])

    def test_a_stall_is_seen_by_every_request_that_was_due_in_it(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        asked, over = threading.Event(), threading.Event()

        def serve(connection):
            with connection:
                while connection.recv(4096):
                    asked.set()
                    over.wait()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        def accept():
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        def stall():  # from the first request on, however long the load takes to start
            asked.wait()
            time.sleep(0.5)
            over.set()

        threading.Thread(target=stall, daemon=True).start()
        saw = self.load(listener.getsockname()[1], 2)
        self.assertEqual(saw["failed"], 0)
        self.assertGreaterEqual(saw["longest_ms"], 450)
        self.assertGreaterEqual(saw["requests"], 150)

    def test_what_is_no_answer_with_status_200_is_a_failure(self):
        saw = self.load(free_port(), 0.3)
        self.assertEqual(saw["failed"], saw["requests"])
        self.assertEqual(list(saw["failures"]), ["connect"])


unittest.main()

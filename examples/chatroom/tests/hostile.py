#!/usr/bin/env python3
"""hostile.py URL COUNT [SEED]: sends COUNT broken or malicious HTTP requests.

Every request whose end can be found must get an answer, and every answer must be a 2xx, 3xx or 4xx with
a whole head; only what ends a connection may stay without one. Prints how often each status came.
"""
import collections
import concurrent.futures
import random
import re
import socket
import sys
from urllib.parse import quote

GOOD = [
    b"GET /version HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /rooms/1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /messages?after=1&limit=5 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /messages/search?q=one+two HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /status HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD /app.js HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /up HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /rooms/1 HTTP/1.1\r\nHost: a\r\nCookie: a=b; session=c\r\n\r\n",
    b"GET /rooms/1/search?q=one HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /status/jobs HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /rooms/1/join HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nContent-Length: 0\r\n\r\n",
]
POSTS = [
    (b"/messages", b"application/json", b'{"author":"ann","body":"hi","client_id":"c-1"}'),
    (b"/messages", b"application/json", b'{"author":"ann","body":"hi","room":"1"}'),
    (b"/messages", b"application/x-www-form-urlencoded", b"author=ann&body=h%C3%A9&client_id=c-2"),
    (b"/rooms", b"application/x-www-form-urlencoded", b"name=tea"),
    (b"/sign-out", b"application/x-www-form-urlencoded", b""),
]
# A password costs the server 20 ms and more on purpose: few of these.
ACCOUNTS = [
    (b"/sign-up", b"application/x-www-form-urlencoded", b"name=ann&password=secret%20words"),
    (b"/sign-in", b"application/x-www-form-urlencoded", b"name=ann&password=secret%20words"),
]
UPGRADE = (b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
WORDS = [
    b'{"subscribe":"room:1","after":0}', b'{"subscribe":"presence:1"}', b'{"here":"room:1"}',
    b'{"typing":"room:1","author":"ann"}', b'{"read":"room:1","id":1}', b'{"subscribe":"room:99"}',
]
NASTY = [
    b"<script>alert(1)</script>", b"'; DROP TABLE messages; --", b"\xff\xfe", b"\0", b"%00", b"%zz",
    b"../" * 20, b"A" * 5000, b"\r\n", b"{" * 500, b"[" * 500, b'"', b"\\ud800", b"\xed\xa0\x80",
    b"9" * 40, b"-1", b"1e9", b"NEAR(", b'" OR 1', b"*", b"\xf4\x90\x80\x80", b"%", b"&&==",
]


def post(path, kind, body):
    return (b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nContent-Type: " + kind +
            b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)


def frames(chance):
    """What a client says over a WebSocket: text frames, masked with zeros, and broken ones."""
    said = b""
    for _ in range(chance.randint(1, 4)):
        words = chance.choice(WORDS)
        if chance.random() < 0.5:
            words = mutate(chance, words)[:125]
        said += bytes([0x81, 0x80 | len(words)]) + b"\0\0\0\0" + words
    return mutate(chance, said) if chance.random() < 0.5 else said


def mutate(chance, data):
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(4)
        if what == 0:
            data[at:at] = chance.choice(NASTY)
        elif what == 1 and at < len(data):
            data[at] = chance.randrange(256)
        elif what == 2:
            del data[at:at + chance.randint(1, 8)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(data)


def harmless_frame(chance):
    """A request that can be told from the next one, whatever is in it: it must be answered."""
    path, kind, body = chance.choice(ACCOUNTS if chance.random() < 0.005 else POSTS)
    what = chance.randrange(5)
    if what < 2:
        return post(path, kind, mutate(chance, body))
    if what < 4:
        return b"GET /messages/search?q=" + quote(chance.choice(NASTY)).encode() + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    return chance.choice(GOOD)


def broken_frame(chance):
    """A request that the server may not be able to find the end of."""
    what = chance.randrange(4)
    if what == 0:
        return mutate(chance, chance.choice(GOOD))
    if what == 1:
        return mutate(chance, post(*chance.choice(ACCOUNTS if chance.random() < 0.01 else POSTS)))
    if what == 2:
        return b"GET /messages/search?q=" + chance.choice(NASTY).replace(b" ", b"+") + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    return UPGRADE + frames(chance)


def answers(address, requests):
    """The status lines that these requests, sent on one connection, get until it ends."""
    with socket.create_connection(address, timeout=10) as stream:
        try:
            stream.sendall(b"".join(requests))
            stream.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # closed after the first broken one
        got = b""
        try:
            while chunk := stream.recv(65536):
                got += chunk
        except OSError:
            pass
    return re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)


def attack(host, port, count, seed):
    """Sends count requests, several on a connection. Result: how often each status came."""
    chance = random.Random(seed)
    seen = collections.Counter()
    sent = 0
    while sent < count:
        harmless = [harmless_frame(chance) for _ in range(chance.randrange(6))]
        # The good one in front shows that the connection is answered.
        batch = [GOOD[0], *harmless, broken_frame(chance)]
        sent += len(batch) - 1
        statuses = answers((host, port), batch)
        seen.update(statuses)
        if any(status >= b"500" for status in statuses) or statuses[:1] != [b"200"] or len(statuses) <= len(harmless):
            raise RuntimeError(f"{statuses} for {batch!r}")
    return seen


def main():
    host, port = sys.argv[1].removeprefix("http://").split(":")
    count = int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    processes = 4
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        attacks = [pool.submit(attack, host, int(port), count // processes, first + n) for n in range(processes)]
        seen = sum((each.result() for each in attacks), collections.Counter())
    print(dict(sorted((status.decode(), times) for status, times in seen.items())))


main()

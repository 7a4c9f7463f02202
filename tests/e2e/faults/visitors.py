#!/usr/bin/env python3
"""Visitors of the reference app, at a constant rate, until a file exists.

usage: visitors.py PORT RATE UNTIL_FILE ACKS FAILURES PREFIX

One request in five writes a message. ACKS gets the client_id of each that was acknowledged; FAILURES one
line `DUE ENDED KIND` for each request that failed, in seconds since 1970. Each request has a connection of
its own, so that none is lost to a connection that was closed while nobody used it. Prints a summary.
"""
import asyncio
import json
import os
import sys
import time

port, rate, until, acks, failures, prefix = sys.argv[1:]
patience = 35  # seconds; longer than any hold of the test
counts = {"requests": 0, "failed": 0, "slowest": 0.0}


async def exchange(request):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    try:
        writer.write(request)
        answer = await reader.read()
    finally:
        writer.close()
    if not answer:
        raise ConnectionError("closed")
    status = int(answer.split(None, 2)[1])
    if not 200 <= status < 300:
        raise ConnectionError(f"http-{status}")


def request_of(number):
    if number % 5:
        return None, b"GET /messages?limit=5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    name = f"{prefix}-{number}"
    body = json.dumps({"author": "ann", "body": f"said {name}", "client_id": name}).encode()
    head = (
        "POST /messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return name, head.encode() + body


async def visit(number):
    due = time.time()
    name, request = request_of(number)
    counts["requests"] += 1
    try:
        await asyncio.wait_for(exchange(request), patience)
    except (OSError, ValueError, IndexError, asyncio.TimeoutError) as error:
        counts["failed"] += 1
        kind = type(error).__name__ + ":" + str(error).replace(" ", "-")[:40]
        with open(failures, "a") as file:
            file.write(f"{due:.3f} {time.time():.3f} {kind}\n")
        return
    counts["slowest"] = max(counts["slowest"], time.time() - due)
    if name:
        with open(acks, "a") as file:
            file.write(name + "\n")


async def main():
    visits, number, began = set(), 0, time.monotonic()
    while not os.path.exists(until):
        number += 1
        task = asyncio.ensure_future(visit(number))
        visits.add(task)
        task.add_done_callback(visits.discard)
        await asyncio.sleep(max(0.0, began + number / float(rate) - time.monotonic()))
    if visits:
        await asyncio.wait(visits)
    print(json.dumps(counts))


asyncio.run(main())

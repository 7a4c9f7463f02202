#!/usr/bin/env python3
"""live_client.py URL_FILE [CHANNEL [AUTHOR]]: prints what a WebSocket client gets on a channel.

That is the id of each message (room:1, the default) or the author of each event (typing:1); with
AUTHOR it first says that this one types. It goes on after its last id at the address that URL_FILE holds whenever a connection ends, as a
browser does during a release. Ends when URL_FILE is gone.
"""
import base64
import json
import os
import socket
import struct
import sys
import time


def connect(address):
    host, port = address.removeprefix("http://").strip().split(":")
    stream = socket.create_connection((host, int(port)), timeout=5)
    key = base64.b64encode(os.urandom(16)).decode()
    stream.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    reader = stream.makefile("rb")
    if b" 101 " not in reader.readline():
        raise OSError("not upgraded")
    while reader.readline() not in (b"\r\n", b""):
        pass
    return stream, reader


def send(stream, opcode, payload):
    """Frames of a client are masked; a mask of zeros leaves them as they are."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(
        ">H", len(payload))
    stream.sendall(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload)


def receive(reader):
    first, second = reader.read(2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack(">H", reader.read(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", reader.read(8))
    return first & 0x0F, reader.read(length)


def say(stream, words):
    send(stream, 1, json.dumps(words).encode())


def listen(address, channel, last, author=None):
    """Yields (id, what happened) until the connection ends."""
    stream, reader = connect(address)
    goes_on = last or channel == "room:1"
    say(stream, {"subscribe": channel} | ({"after": last} if goes_on else {}))
    if author:
        say(stream, {"typing": "room:1", "author": author})
    while True:
        opcode, payload = receive(reader)
        if opcode == 8:
            send(stream, 8, payload)
            return
        if opcode == 9:
            send(stream, 10, payload)
        for line in payload.decode().splitlines() if opcode == 1 else ():
            if "id" in (news := json.loads(line)):
                yield news["id"], news["event"]["author"] if "event" in news else news["id"]


def main():
    channel = sys.argv[2] if len(sys.argv) > 2 else "room:1"
    last = 0
    while os.path.exists(sys.argv[1]):
        try:
            with open(sys.argv[1], encoding="utf-8") as file:
                address = file.read()
            for last, what in listen(address, channel, last, *sys.argv[3:]):
                print(what, flush=True)
        except (OSError, ValueError):
            time.sleep(0.02)


main()

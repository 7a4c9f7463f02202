#!/usr/bin/env python3
"""live_client.py URL_FILE [--cookies FILE] [--say JSON] [CHANNEL]: prints what a WebSocket client gets.

That is the id of each message (room:1, the default), the author of each event of typing:1 or who is
here of presence:1. --cookies: a jar of curl; --say: said after subscribing, on each connection. It
goes on after its last id at the address that URL_FILE holds whenever a connection ends, as a browser
does during a release. Ends when URL_FILE is gone.
"""
import argparse
import base64
import json
import os
import socket
import struct
import sys
import time


def cookie_of(file):
    """The session's cookie as a header, or nothing."""
    if not file:
        return ""
    with open(file, encoding="utf-8") as jar:
        fields = [line.split() for line in jar if "\tsession\t" in line]
    return f"Cookie: session={fields[0][6]}\r\n" if fields else ""


def connect(address, cookies):
    host, port = address.removeprefix("http://").strip().split(":")
    stream = socket.create_connection((host, int(port)), timeout=5)
    key = base64.b64encode(os.urandom(16)).decode()
    stream.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{cookie_of(cookies)}\r\n".encode())
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


def receive_frame(reader):
    first, second = reader.read(2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack(">H", reader.read(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", reader.read(8))
    return first & 0x80, first & 0x0F, reader.read(length)


def receive(reader):
    """The next message: a long one comes in several frames, those after the first with opcode 0."""
    last, opcode, payload = receive_frame(reader)
    while not last:
        last, _, more = receive_frame(reader)
        payload += more
    return opcode, payload


def what_happened(news):
    event = news.get("event", {})
    return event.get("author") or event.get("here") or news["id"]


def listen(address, options, last):
    """Yields (id, what happened) until the connection ends."""
    stream, reader = connect(address, options.cookies)
    goes_on = last or options.channel.startswith("room:")
    words = {"subscribe": options.channel} | ({"after": last} if goes_on else {})
    send(stream, 1, json.dumps(words).encode())
    if options.say:
        send(stream, 1, options.say.encode())
    while True:
        opcode, payload = receive(reader)
        if opcode == 8:
            send(stream, 8, payload)
            return
        if opcode == 9:
            send(stream, 10, payload)
        for line in payload.decode().splitlines() if opcode == 1 else ():
            if "id" in (news := json.loads(line)):
                yield news["id"], what_happened(news)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("url_file")
    parser.add_argument("channel", nargs="?", default="room:1")
    parser.add_argument("--cookies")
    parser.add_argument("--say")
    options = parser.parse_intermixed_args()
    last = 0
    while os.path.exists(options.url_file):
        try:
            with open(options.url_file, encoding="utf-8") as file:
                address = file.read()
            for last, what in listen(address, options, last):
                print(what, flush=True)
        except (OSError, ValueError):
            time.sleep(0.02)


main()

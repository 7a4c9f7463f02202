#!/usr/bin/env python3
"""A TCP relay between a laptop and its server, whose packets can be made to vanish.

usage: relay.py SERVER_PORT PORT_FILE CONTROL

Listens on a free port of 127.0.0.1, which it writes to PORT_FILE. CONTROL is a FIFO; each line is one of
  pass     what comes is handed on (as at the beginning); connections that have lost bytes are reset
  cut      every connection is reset on both sides
  vanish   what comes from either side is thrown away, the connections stay open
  vanish-up / vanish-down   only what the laptop / the server sends is thrown away
A connection that vanishes stays open on both sides, as with a laptop that lost its network. That is
harsher than reality: the kernels see their bytes acknowledged, so none of them ever gives up.
"""
import os
import socket
import struct
import sys
import threading


def reset(sock):
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RD)  # wakes the thread that reads
    except OSError:
        pass
    sock.close()


class Relay:
    """Two threads for a connection: one way may be stuck while the other one goes on."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.mode = "pass"
        self.pairs = {}  # (laptop, server): has it lost bytes?
        self.listener = socket.create_server(("127.0.0.1", 0))

    def accept_all(self):
        while True:
            laptop, _ = self.listener.accept()
            try:
                server = socket.create_connection(self.target, timeout=10)
            except OSError:
                reset(laptop)
                continue
            pair = (laptop, server)
            self.pairs[pair] = False
            for sock in pair:
                sock.settimeout(None)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for ways in ((laptop, server, "up"), (server, laptop, "down")):
                threading.Thread(target=self.carry, args=(pair, *ways), daemon=True).start()

    def carry(self, pair, source, sink, way):
        try:
            while True:
                data = source.recv(65536)
                if self.mode in ("vanish", "vanish-" + way):
                    self.pairs[pair] = True
                    if not data:
                        return  # its end is not seen on the other side either
                elif data:
                    sink.sendall(data)
                else:
                    break
            self.drop(pair, socket.socket.close)
        except OSError:
            self.drop(pair, reset)

    def drop(self, pair, end):
        if self.pairs.pop(pair, None) is None:
            return
        for sock in pair:
            if end is not reset:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            end(sock)

    def obey(self, word):
        self.mode = "pass" if word == "cut" else word
        for pair, lossy in list(self.pairs.items()):
            if word == "cut" or (word == "pass" and lossy):
                self.drop(pair, reset)


def main():
    relay = Relay(int(sys.argv[1]))
    with open(sys.argv[2] + ".new", "w") as file:
        file.write("%d\n" % relay.listener.getsockname()[1])
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    threading.Thread(target=relay.accept_all, daemon=True).start()
    with open(os.open(sys.argv[3], os.O_RDWR)) as control:  # both ways: never at its end
        for line in control:
            relay.obey(line.strip())


main()

#!/usr/bin/env python3
"""Many TLS clients that pull one blob at a fixed rate each, from one thread and one timer. Standard library only.

Every client has its own budget, which grows with time; it reads when its turn comes, and never more than the budget.
Prints `ready` when all clients have their answer's header; on SIGTERM, or after --seconds, one line of JSON.
"""

import argparse
import base64
import heapq
import json
import resource
import select
import signal
import socket
import ssl
import statistics
import sys
import time

TICK = 0.5
RECEIVE_BUFFER = 64 << 10


class Client:
    def __init__(self, number, context, options, request):
        self.number, self.request = number, request
        self.received, self.header, self.cut = 0, b"", False
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        plain.connect(("127.0.0.1", options.port))
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        self.socket.sendall(request)
        self.socket.setblocking(False)

    def read(self, allowed):
        """Reads at most that many bytes of the body, and only what is there. Tells whether the answer has begun."""
        while allowed > 0 and not self.cut:
            try:
                content = self.socket.recv(min(allowed, 16384))
            except (ssl.SSLWantReadError, BlockingIOError):
                return
            except OSError:
                content = b""
            if not content:
                self.cut = True
                return
            if not self.header.endswith(b"\r\n\r\n"):
                head, mark, content = (self.header + content).partition(b"\r\n\r\n")
                self.header = head + mark
                if not self.header.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"the server answered {self.header[:200]!r}")
            self.received += len(content)
            allowed -= len(content)


def connect_all(options, request):
    context = ssl.create_default_context(cafile=options.ca)
    return [Client(number, context, options, request) for number in range(options.clients)]


def wait_for_headers(clients):
    """The first bytes of every client, so that the measured time begins when all of them are being served."""
    deadline = time.monotonic() + 60
    waiting = clients
    while waiting and time.monotonic() < deadline:
        for client in waiting:
            client.read(1024)
        waiting = [client for client in waiting if not client.header]
        select.select([], [], [], 0.05)
    if waiting:
        print(f"{len(waiting)} clients have no answer after 60 s", file=sys.stderr)


def pull(clients, options, stopped):
    """Each client has its turn every TICK seconds, spread evenly. Returns the seconds that it took."""
    began = time.monotonic()
    before = {client.number: client.received for client in clients}
    turns = [(began + TICK * (client.number + 1) / len(clients), client.number) for client in clients]
    heapq.heapify(turns)
    while time.monotonic() - began < (options.at_least if stopped else options.seconds):
        due, number = turns[0]
        now = time.monotonic()
        if due > now:
            select.select([], [], [], min(due - now, 0.05))
            continue
        client = clients[number]
        client.read(int(options.rate * (now - began)) - (client.received - before[number]))
        heapq.heapreplace(turns, (max(due + TICK, now), number))
    return time.monotonic() - began, [client.received - before[client.number] for client in clients]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=16 << 10, help="bytes per second and client")
    parser.add_argument("--seconds", type=float, default=60, help="at most")
    parser.add_argument("--at-least", type=float, default=15, help="seconds, even when told to stop")
    options = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with open(options.password_file, encoding="utf-8") as file:
        pair = base64.b64encode(f"{options.user}:{file.read().strip()}".encode()).decode()
    request = f"GET {options.path} HTTP/1.1\r\nHost: localhost:{options.port}\r\nAuthorization: Basic {pair}\r\n\r\n".encode()

    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    clients = connect_all(options, request)
    wait_for_headers(clients)
    print("ready", flush=True)
    seconds, received = pull(clients, options, stopped)
    print(json.dumps({
        "clients": len(clients),
        "seconds": round(seconds, 1),
        "target": int(options.rate * seconds),
        "min": min(received),
        "median": int(statistics.median(received)),
        "max": max(received),
        "cut": sum(client.cut for client in clients),
        "none": sum(not count for count in received),
    }))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Many TLS clients that pull one blob, or each push one, at a fixed rate, from one thread and one timer. Standard library only.

Every client has its own budget, which grows with time; when its turn comes it moves what the budget allows, never more.
Prints `ready` when all clients are being served: pullers have their answer's header, pushers have opened their uploads.
Then one line of JSON: pullers stop at SIGTERM or after --seconds; a pusher's body lasts --at-least seconds at its rate, and
what it is told in the end is counted.
"""

import argparse
import base64
import collections
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
import urllib.parse

TICK = 0.5
SOCKET_BUFFER = 64 << 10
PIECE = bytes(16384)
# How long the last pusher may need beyond the time that its body lasts.
GRACE = 60
NOT_YET = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)


class Client:
    """One connection. count: bytes of the body that went through; cut: it ended before the client wanted it to."""

    def __init__(self, context, options):
        self.options = options
        self.count, self.answer, self.cut, self.finished = 0, b"", False, False
        plain = socket.socket()
        # Small on purpose: the kernel's automatic buffers would swallow the whole test.
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        plain.connect(("127.0.0.1", options.port))
        self.socket = context.wrap_socket(plain, server_hostname="localhost")

    def send_head(self, method, path, *fields):
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.options.port}",
                 f"Authorization: Basic {self.options.credentials}", *fields, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def receive(self, size):
        """What is there; empty when nothing is. At the end of the connection, cut."""
        try:
            content = self.socket.recv(size)
        except NOT_YET:
            return b""
        except OSError:
            content = b""
        if not content:
            self.cut = True
        return content

    def status(self):
        return self.answer[9:12].decode(errors="replace") or "none"


class Puller(Client):
    def __init__(self, context, options):
        super().__init__(context, options)
        self.send_head("GET", options.path)
        self.socket.setblocking(False)

    def served(self):
        self.turn(1024)
        return bool(self.answer) or self.cut

    def turn(self, allowed):
        while allowed > 0 and not self.cut:
            content = self.receive(min(allowed, len(PIECE)))
            if not content:
                return
            if not self.answer.endswith(b"\r\n\r\n"):
                head, mark, content = (self.answer + content).partition(b"\r\n\r\n")
                self.answer = head + mark
                if not self.answer.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"the server answered {self.answer[:400]!r}")
            self.count += len(content)
            allowed -= len(content)


class Pusher(Client):
    """Opens an upload and sends one PATCH; finished when that was answered."""

    def __init__(self, context, options):
        super().__init__(context, options)
        self.size = int(options.rate * options.at_least)
        self.send_head("POST", f"/v2/{options.push}/blobs/uploads/", "Content-Length: 0")
        location = self.location_of(self.first_answer())
        self.send_head("PATCH", location, f"Content-Length: {self.size}", "Content-Type: application/octet-stream")
        self.socket.setblocking(False)
        self.owed = 0

    def first_answer(self):
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            content = self.socket.recv(4096)
            answer += content
            if not content or not answer.startswith(b"HTTP/1.1 202"[:len(answer)]):
                raise SystemExit(f"the server answered {answer[:400]!r}")
        return answer.decode()

    @staticmethod
    def location_of(answer):
        line = next(line for line in answer.split("\r\n") if line.lower().startswith("location:"))
        parts = urllib.parse.urlsplit(line.split(":", 1)[1].strip())
        return parts.path + ("?" + parts.query if parts.query else "")

    def served(self):
        return True

    def turn(self, allowed):
        while not self.finished and self.count < self.size and (allowed > 0 or self.owed):
            # A TLS write that was put off has to be tried again with the same bytes.
            self.owed = self.owed or min(allowed, self.size - self.count, len(PIECE))
            try:
                sent = self.socket.send(PIECE[:self.owed])
            except NOT_YET:
                break
            except OSError:
                self.finished = True
                return
            self.owed = 0
            self.count += sent
            allowed -= sent
        self.answer += self.receive(4096)
        # An answer before the whole body is there is a refusal.
        if b"\r\n\r\n" in self.answer or self.cut:
            self.finished = True


def wait_until_served(clients):
    """So that the measured time begins when all of them are being served."""
    deadline = time.monotonic() + 60
    waiting = clients
    while waiting and time.monotonic() < deadline:
        waiting = [client for client in waiting if not client.served()]
        select.select([], [], [], 0.05)
    if waiting:
        print(f"{len(waiting)} clients have no answer after 60 s", file=sys.stderr)


def run(clients, options, stopped):
    """Each client has its turn every TICK seconds, spread evenly. Returns the seconds that it took."""
    began = time.monotonic()
    before = [client.count for client in clients]
    turns = [(began + TICK * (number + 1) / len(clients), number) for number in range(len(clients))]
    heapq.heapify(turns)
    while turns and time.monotonic() - began < (options.at_least if stopped else options.seconds):
        due, number = turns[0]
        now = time.monotonic()
        if due > now:
            select.select([], [], [], min(due - now, 0.05))
            continue
        client = clients[number]
        client.turn(int(options.rate * (now - began)) - (client.count - before[number]))
        if client.finished:
            heapq.heappop(turns)
        else:
            heapq.heapreplace(turns, (max(due + TICK, now), number))
    return time.monotonic() - began, [client.count - first for client, first in zip(clients, before)]


def report(clients, options, seconds, counts):
    lasting = options.at_least if options.push else seconds
    print(json.dumps({
        "clients": len(clients),
        "seconds": round(seconds, 1),
        "target": int(options.rate * lasting),
        "min": min(counts),
        "median": int(statistics.median(counts)),
        "max": max(counts),
        "cut": sum(client.cut for client in clients),
        "none": sum(not count for count in counts),
        "statuses": collections.Counter(client.status() for client in clients),
    }))


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--path", help="of the blob that all pull")
    what.add_argument("--push", metavar="REPOSITORY", help="push there instead")
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=16 << 10, help="bytes per second and client")
    parser.add_argument("--seconds", type=float, default=60, help="pull for so long at most")
    parser.add_argument("--at-least", type=float, default=15, help="seconds, even when told to stop")
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        options.credentials = base64.b64encode(f"{options.user}:{file.read().strip()}".encode()).decode()
    if options.push:
        options.seconds = options.at_least + GRACE
    return options


def main():
    options = parse_options()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    stopped = []
    if not options.push:
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    context = ssl.create_default_context(cafile=options.ca)
    kind = Pusher if options.push else Puller
    clients = [kind(context, options) for _ in range(options.clients)]
    wait_until_served(clients)
    print("ready", flush=True)
    report(clients, options, *run(clients, options, stopped))


if __name__ == "__main__":
    main()

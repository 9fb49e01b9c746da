#!/usr/bin/env python3
"""Restarts, reloads and kills the server under load, and counts what clients notice.

Plays systemd with a socket unit: opens the listening socket, keeps it, and gives it to each server as standard input. With
--systemctl COMMAND it does not, and asks the real one.

Meanwhile clients pull (half of them over a new connection for each request), push in chunks, push slowly in one request that
is longer than server.drain-timeout, and pull slowly for less than that. Asked for:
  - nobody is refused; no request fails, unless it was running when the server was killed, is the one that is too long, or had
    all the time that a stop gives it (on a machine that is busy enough);
  - an upload that was cut goes on at the offset that the server reports, which is no less than what was acknowledged, and
    ends with the right digest.
The command of the server follows `--`.
"""

import argparse
import http.client
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

from registry import LOST, Registry, digest_of

REPOSITORY = "restart/app"
PULLERS = 8
PUSHERS = 3


class Interruptions:
    """When the server was killed or stopped: a request that was running then may fail, after a stop only one that had its time."""

    def __init__(self, patience):
        self.patience = patience
        self.kills, self.stops = [], []

    def around(self, spans, command):
        """Some moment in which a command runs, which takes its time on a busy machine."""
        span = [time.monotonic(), float("inf")]
        spans.append(span)
        command()
        span[1] = time.monotonic()

    def excuse(self, began):
        ended = time.monotonic()
        spans = self.kills + self.stops if ended - began >= self.patience else self.kills
        return any(began <= end and start <= ended for start, end in spans)


class Client(threading.Thread):
    def __init__(self, registry, interruptions):
        super().__init__(daemon=True)
        self.registry, self.interruptions = registry, interruptions
        self.stopped = threading.Event()
        self.done = self.lost = 0
        self.longest = 0.0
        self.failures = []

    def run(self):
        try:
            while not self.stopped.is_set():
                self.work()
        except Exception as wrong:  # whatever it is, it belongs into the report
            self.failures.append(f"{type(self).__name__}: {wrong!r}")
        finally:
            self.registry.close()

    def tried(self, request):
        """The answer; None when the connection was lost and may have been."""
        began = time.monotonic()
        try:
            return request()
        except LOST as lost:
            self.lost += 1
            if isinstance(lost, ConnectionRefusedError) or not self.may_fail(request, began):
                self.failures.append(f"{type(self).__name__} after {time.monotonic() - began:.2f} s: {lost!r}")
            return None
        finally:
            self.longest = max(self.longest, time.monotonic() - began)

    def may_fail(self, _request, began):
        return self.interruptions.excuse(began)


class Puller(Client):
    def __init__(self, registry, interruptions, blobs, keep):
        super().__init__(registry, interruptions)
        self.blobs, self.keep = blobs, keep

    def work(self):
        digest = random.choice(self.blobs)
        answer = self.tried(lambda: self.registry.request("GET", f"/v2/{REPOSITORY}/blobs/{digest}"))
        if answer is not None:
            self.done += 1
            if answer.status != 200 or digest_of(answer.body) != digest:
                self.failures.append(f"pull: {answer.status}, {len(answer.body)} bytes, of {digest}")
        if not self.keep:
            self.registry.close()


class SlowPuller(Client):
    """Takes a second for a blob, in the middle of which the server may be told to stop."""

    def __init__(self, registry, interruptions, blob):
        super().__init__(registry, interruptions)
        self.blob = blob

    def work(self):
        def pull():
            connection = self.registry.connect()
            connection.request("GET", f"/v2/{REPOSITORY}/blobs/{self.blob}", headers=self.registry.headers)
            response = connection.getresponse()
            content = b""
            while piece := response.read(200_000):
                content += piece
                time.sleep(0.05)
            if len(content) < int(response.headers["Content-Length"]):
                raise http.client.IncompleteRead(content)
            return content

        content = self.tried(pull)
        self.registry.close()
        if content is not None:
            self.done += 1
            if digest_of(content) != self.blob:
                self.failures.append(f"slow pull: {len(content)} bytes, of {self.blob}")


class Pusher(Client):
    """Uploads in chunks of a request each; what is lost goes on where the server says."""

    def work(self):
        content = random.randbytes(random.randint(1, 2_000_000))
        digest = digest_of(content)
        while not self.pushed(content, digest):
            pass
        answer = None
        while answer is None:
            answer = self.tried(lambda: self.registry.request("GET", f"/v2/{REPOSITORY}/blobs/{digest}"))
        if answer.status != 200 or answer.body != content:
            self.failures.append(f"pushed {len(content)} bytes, pulled {answer}")
        self.done += 1

    def pushed(self, content, digest):
        location = None
        while location is None:
            location = self.tried(lambda: self.registry.start_upload(REPOSITORY))
        acknowledged = 0
        while acknowledged < len(content):
            acknowledged = self.chunk(location, content, acknowledged)
        return self.closed(location, digest)

    def chunk(self, location, content, start):
        piece = content[start:start + 300_000]
        if self.tried(lambda: self.registry.append(location, piece, start)) is not None:
            return start + len(piece)
        return self.offset(location, start, start + len(piece))

    def offset(self, location, acknowledged, sent):
        status = None
        while status is None:
            status = self.tried(lambda: self.registry.expect(204, "GET", location))
        offset = int(status.headers["Range"].split("-")[1]) + 1
        # "0-0" is both an upload of nothing and one of a byte; a byte that is sent twice would be refused.
        offset = 0 if offset == 1 and acknowledged == 0 else offset
        if not acknowledged <= offset <= sent:
            raise AssertionError(f"offset {offset}, but acknowledged were {acknowledged} and sent {sent} bytes")
        return offset

    def closed(self, location, digest):
        """Whether the blob is there; if not, it has to be pushed again: a kill may come between the content and its link."""
        answer = self.tried(lambda: self.finished(location, digest, (200, 201)))
        while answer is None:
            answer = self.tried(lambda: self.finished(location, digest, (200, 201, 404)))
        return answer.status != 404

    def finished(self, location, digest, wanted):
        """Closed, if need be by a request whose answer was lost: then the blob is there and the upload is not."""
        mark = "&" if "?" in location else "?"
        answer = self.registry.request("PUT", f"{location}{mark}digest={digest}", b"")
        if answer.status == 404:
            answer = self.registry.request("HEAD", f"/v2/{REPOSITORY}/blobs/{digest}")
        if answer.status not in wanted:
            raise AssertionError(f"the upload could not be closed: {answer}")
        return answer


class SlowPusher(Pusher):
    """One request for all of it, too long for any stop; cut, it goes on."""

    PIECE = 64 << 10

    def __init__(self, registry, interruptions, seconds):
        super().__init__(registry, interruptions)
        self.pieces = int(seconds / 0.05)
        self.resumed = 0

    def may_fail(self, request, began):
        # What is longer than a stop takes is cut at each.
        return request == self.send or super().may_fail(request, began)

    def work(self):
        self.content = random.randbytes(self.PIECE * self.pieces)
        self.location = None
        while self.location is None:
            self.location = self.tried(lambda: self.registry.start_upload(REPOSITORY))
        self.start = self.sent = 0
        while self.tried(self.send) is None:
            self.start = self.sent = self.offset(self.location, self.start, self.sent)
            self.resumed += 1
            if self.stopped.is_set():
                # The end of it without the pace.
                self.tried(lambda: self.registry.append(self.location, self.content[self.start:], self.start))
                break
        if self.closed(self.location, digest_of(self.content)):
            self.done += 1

    def send(self):
        answer = self.registry.request("PATCH", self.location, self.paced(), {
            "Content-Range": f"{self.start}-{len(self.content) - 1}",
            "Content-Length": str(len(self.content) - self.start)})
        if answer.status != 202:
            raise AssertionError(f"slow push: {answer}")
        return answer

    def paced(self):
        while self.sent < len(self.content):
            piece = self.content[self.sent:self.sent + self.PIECE]
            self.sent += len(piece)
            yield piece
            if not self.stopped.is_set():
                time.sleep(0.05)


class OwnServer:
    """Started by us, with our socket."""

    def __init__(self, command, log, port):
        self.command, self.log = command, log
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(1024)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=self.socket, stdout=self.log, stderr=self.log)

    def do(self, action):
        if action == "reload":
            self.process.send_signal(signal.SIGHUP)
            return
        self.process.send_signal(signal.SIGKILL if action == "kill" else signal.SIGTERM)
        status = self.process.wait(90)
        # Java ends with 143 on SIGTERM when it has closed everything.
        if status != (-signal.SIGKILL if action == "kill" else 143):
            raise AssertionError(f"the server ended with {status}")
        self.start()

    def end(self):
        self.process.terminate()
        self.process.wait(90)


class Systemd:
    """The server as a unit that runs already. An action that is not known here is a command of --action."""

    def __init__(self, systemctl, actions):
        self.systemctl = shlex.split(systemctl)
        self.actions = dict(action.split("=", 1) for action in actions)

    def start(self):
        pass

    def do(self, action):
        if action == "kill":
            # Restart=on-failure brings it back.
            command = [*self.systemctl, "kill", "--signal=KILL", "wharfgate"]
        elif action in self.actions:
            command = shlex.split(self.actions[action])
        else:
            command = [*self.systemctl, action, "wharfgate"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def end(self):
        pass


def answered(registry, seconds=60):
    """Waits for an answer as any client does: a socket that nobody reads from yet refuses nothing."""
    registry.timeout = seconds
    registry.expect(200, "GET", "/v2/")
    registry.close()


def clients(connect, interruptions, seconds):
    registry = connect()
    blobs = [registry.push_blob(REPOSITORY, random.randbytes(size)) for size in (1, 70_000, 1_000_000, 4_000_000)]
    registry.close()
    return [
        *(Puller(connect(), interruptions, blobs, keep=n % 2 == 0) for n in range(PULLERS)),
        *(Pusher(connect(), interruptions) for _ in range(PUSHERS)),
        SlowPuller(connect(), interruptions, blobs[-1]),
        SlowPusher(connect(), interruptions, seconds),
    ]


def disturb(server, connect, interruptions, actions):
    for action in actions:
        time.sleep(random.uniform(1, 3))
        began = time.monotonic()
        # A reload excuses nothing.
        spans = {"kill": interruptions.kills, "reload": []}.get(action, interruptions.stops)
        interruptions.around(spans, lambda: server.do(action))
        answered(connect())
        print(f"{action}: answered after {time.monotonic() - began:.1f} s", flush=True)


def report(threads):
    failures = [failure for thread in threads for failure in thread.failures]
    pulls = sum(thread.done for thread in threads if isinstance(thread, (Puller, SlowPuller)))
    pushes = sum(thread.done for thread in threads if isinstance(thread, Pusher))
    resumed = sum(thread.resumed for thread in threads if isinstance(thread, SlowPusher))
    lost = sum(thread.lost for thread in threads)
    waited = max(thread.longest for thread in threads if isinstance(thread, Puller))
    print(f"{pulls} pulls and {pushes} pushes, {lost} connections lost as they may be, {resumed} uploads cut and resumed, "
          f"{len(failures)} failures; the longest pull took {waited:.1f} s")
    if failures:
        sys.exit("FAILED:\n" + "\n".join(failures[:20]))
    if not pulls or not pushes or not resumed:
        sys.exit("FAILED: the load was none")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("--do", nargs="+", default=["restart", "restart", "kill", "reload", "restart", "restart"])
    parser.add_argument("--slow", type=float, default=25, help="seconds that the slow upload takes")
    parser.add_argument("--patience", type=float, default=5, help="seconds that a request has at least when the server stops")
    parser.add_argument("--systemctl", help="a command")
    parser.add_argument("--action", action="append", default=[], help="NAME=COMMAND, for --do with --systemctl")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()

    def connect():
        return Registry(options.port, options.ca, options.user, password, timeout=60)

    interruptions = Interruptions(options.patience)
    with open(options.log, "ab") as log:
        server = (Systemd(options.systemctl, options.action) if options.systemctl
                  else OwnServer(options.command, log, options.port))
        server.start()
        try:
            answered(connect())
            threads = clients(connect, interruptions, options.slow)
            for thread in threads:
                thread.start()
            try:
                disturb(server, connect, interruptions, options.do)
                time.sleep(1)
            finally:
                for thread in threads:
                    thread.stopped.set()
            for thread in threads:
                thread.join(60)
                if thread.is_alive():
                    thread.failures.append(f"{type(thread).__name__} hangs")
            report(threads)
        finally:
            server.end()


main()

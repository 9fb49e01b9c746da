"""Plays systemd for one process: has the notify socket, and checks what is said there and when.

Ready is when the listener answers and not before; SIGHUP is a reload with a time; the watchdog's message comes while the
process lives, and stays away while it is stopped; SIGTERM announces the end. --native: the process itself has to speak.
"""

import argparse
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request

WATCHDOG_SECONDS = 2
PATIENCE = 90


class Manager:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.bind(path)
        os.chmod(path, 0o777)

    def next(self, seconds):
        """The next message and its sender; None when there is none in that time."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                # Room for the credentials alone: what comes as a file descriptor is closed, which is what the barrier
                # of systemd-notify waits for.
                data, ancillary, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(12))
            except TimeoutError:
                return None
            sender = next((struct.unpack("3i", content)[0] for level, kind, content in ancillary
                           if kind == socket.SCM_CREDENTIALS), 0)
            message = dict(line.split("=", 1) for line in data.decode().splitlines())
            if "BARRIER" in message:
                continue
            print(f"from {sender}: {message}", flush=True)
            return message, sender

    def wait_for(self, key, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            got = self.next(deadline - time.monotonic())
            if got and key in got[0]:
                return got
        sys.exit(f"no {key} within {seconds} s")

    def drain(self):
        while self.next(0.2):
            pass


def answers(options):
    context = ssl.create_default_context(cafile=options.ca)
    try:
        urllib.request.urlopen(options.url + "/v2/", context=context, timeout=10)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return True


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


def run(options, manager, process):
    manager.wait_for("STATUS")
    ready, sender = manager.wait_for("READY")
    check(answers(options), "READY before the listener answers")
    check(options.url.split(":")[-1] in ready["STATUS"], "the status does not tell where it serves")
    check(not options.native or sender == process.pid, "READY does not come from the process itself")
    for _ in range(3):
        check(manager.wait_for("WATCHDOG", WATCHDOG_SECONDS * 5)[0]["WATCHDOG"] == "1", "watchdog")

    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    process.send_signal(signal.SIGHUP)
    reloading, _ = manager.wait_for("RELOADING")
    after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    check(before <= int(reloading["MONOTONIC_USEC"]) <= after, "the time of the reload is not of CLOCK_MONOTONIC")
    manager.wait_for("READY")

    process.send_signal(signal.SIGSTOP)
    manager.drain()
    check(manager.next(WATCHDOG_SECONDS * 1.5) is None, "a stopped process is said to live")
    process.send_signal(signal.SIGCONT)
    manager.wait_for("WATCHDOG")

    process.send_signal(signal.SIGTERM)
    stopping, _ = manager.wait_for("STOPPING")
    check(int(stopping["EXTEND_TIMEOUT_USEC"]) > 30_000_000, "asks for less time than running requests get")
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        # A systemd that does not read would keep systemd-notify waiting.
        manager.next(0.2)
    check(process.returncode == 143, f"ended with {process.returncode}")
    with open(options.log) as log:
        check("systemd was not told" not in log.read(), "a message was lost")


def main():
    parser = argparse.ArgumentParser()
    for name in ("socket", "url", "ca", "log"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--native", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if os.path.exists(options.socket):
        os.remove(options.socket)
    manager = Manager(options.socket)
    environment = dict(os.environ, NOTIFY_SOCKET=options.socket, WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1_000_000))
    with open(options.log, "w") as log:
        process = subprocess.Popen(options.command, env=environment, stdout=log, stderr=log)
    try:
        run(options, manager, process)
    finally:
        process.kill()
        with open(options.log) as log:
            print(log.read())


main()

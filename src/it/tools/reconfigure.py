#!/usr/bin/env python3
"""Changes the whole configuration by SIGHUP while clients push and pull, and counts requests that should have passed but did not.

Each round writes another configuration and sends SIGHUP, several times in a row: another realm and time, and each
second time the password file at another place, so that every login is checked anew. Each third round writes a mistake as well:
nothing of it may come into force. --config is the file; what it holds at the beginning is the basis of all. --pid is the server's.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import threading

from registry import LOST, Registry, digest_of
from reload import Puller, wait_until

REPOSITORY = "reload/app"
CLIENTS = 6


class Pusher(threading.Thread):
    def __init__(self, registry):
        super().__init__(daemon=True)
        self.registry = registry
        self.requests = 0
        self.failures = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            content = random.randbytes(300_000)
            try:
                location = self.registry.start_upload(REPOSITORY)
                half = len(content) // 2
                location = self.registry.append(location, content[:half], 0)
                self.registry.finish(location, digest_of(content), content[half:])
            except (AssertionError, *LOST) as lost:
                self.failures.append(repr(lost))
            self.requests += 3


def realm(connect):
    """What a client without a password is asked for."""
    registry = connect(None)
    try:
        return registry.request("GET", "/v2/").headers["WWW-Authenticate"]
    finally:
        registry.close()


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--htpasswd", required=True, help="the password file that the configuration names")
    parser.add_argument("--user", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()
    with open(options.config, encoding="utf-8") as file:
        basis = file.read()
    shutil.copy(options.htpasswd, options.htpasswd + ".other")

    def connect(user=options.user):
        return Registry(options.port, options.ca, user, password)

    registry = connect()
    blobs = [registry.push_blob(REPOSITORY, random.randbytes(size)) for size in (1, 70_000, 1_000_000, 4_000_000)]
    clients = [Puller(connect(), blobs, keep=n % 2 == 0) for n in range(CLIENTS)] + [Pusher(connect()), Pusher(connect())]
    for client in clients:
        client.start()
    in_force = realm(connect)
    try:
        for number in range(1, options.rounds + 1):
            name = options.htpasswd + (".other" if number % 2 else "")
            text = basis.replace(f"htpasswd: {options.htpasswd}\n",
                                 f"htpasswd: {name}\n  realm: R{number}\n  cache-expiry: {number % 5 + 1}m\n")
            if number % 3 == 0:
                write(options.config, text + "unknown: key\n")
                os.kill(options.pid, signal.SIGHUP)
                if realm(connect) != in_force:
                    raise AssertionError("a configuration with mistakes has come into force")
                continue
            write(options.config, text)
            for _ in range(number % 4 + 1):
                os.kill(options.pid, signal.SIGHUP)
            wait_until(f"realm R{number}", lambda: f'"R{number}"' in realm(connect))
            in_force = realm(connect)
    except AssertionError as wrong:
        sys.exit(f"FAILED: {wrong}")
    finally:
        write(options.config, basis)
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(30)
    failures = [failure for client in clients for failure in client.failures]
    requests = sum(client.requests for client in clients)
    print(f"{requests} requests during {options.rounds} changes of the configuration, {len(failures)} failed")
    if failures or min(client.requests for client in clients) == 0:
        sys.exit("FAILED: " + "; ".join(failures[:5] or ["a client made no request at all"]))


if __name__ == "__main__":
    main()

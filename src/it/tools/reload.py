#!/usr/bin/env python3
"""Swaps the certificate and the password file while clients pull, and counts requests that should have passed but did not.

Half of the clients keep their connection, half make a new one for each request. Each swap replaces all files, one after
the other as certificate clients do, and waits until a new handshake shows the new certificate, the user that was taken
out is refused and the one that was put in is accepted. Files come from --sets: directories with server.crt, server.key,
htpasswd; the n-th has the users `steady` and `only-n`, each with the password of --password-file.
"""

import argparse
import os
import random
import shutil
import ssl
import sys
import threading
import time

from registry import LOST, Registry, digest_of

REPOSITORY = "reload/app"
CLIENTS = 8


class Puller(threading.Thread):
    def __init__(self, registry, blobs, keep):
        super().__init__(daemon=True)
        self.registry, self.blobs, self.keep = registry, blobs, keep
        self.requests = 0
        self.failures = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            digest = random.choice(self.blobs)
            try:
                answer = self.registry.request("GET", f"/v2/{REPOSITORY}/blobs/{digest}")
                if answer.status != 200 or digest_of(answer.body) != digest:
                    self.failures.append(f"{answer.status}, {len(answer.body)} bytes, of {digest}")
            except LOST as lost:
                self.failures.append(repr(lost))
            self.requests += 1
            if not self.keep:
                self.registry.close()
        self.registry.close()


def served_certificate(port, ca):
    registry = Registry(port, ca)
    try:
        return registry.connect().sock.getpeercert(binary_form=True)
    finally:
        registry.close()


def certificate_in(path):
    with open(path, encoding="ascii") as file:
        first = file.read().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(first.strip() + "\n")


def status_for(connect, user):
    registry = connect(user)
    try:
        return registry.request("GET", "/v2/").status
    finally:
        registry.close()


def wait_until(what, condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.1)


def replace(source, target):
    """As a careful administrator does: readers see the old file or the new one, whole."""
    shutil.copy(source, target + ".new")
    os.replace(target + ".new", target)


def swap(options, number, connect):
    new = options.sets[number]
    for name in ("server.crt", "server.key", "htpasswd"):
        replace(os.path.join(new, name), os.path.join(options.live, name))
    expected = certificate_in(os.path.join(new, "server.crt"))
    if not options.no_certificate:
        wait_until(f"the certificate of {new}", lambda: served_certificate(options.port, options.ca) == expected)
    previous = (number - 1) % len(options.sets)
    wait_until(f"only-{number} to be accepted", lambda: status_for(connect, f"only-{number}") == 200)
    # 429: who was asked for again and again before his turn came is throttled when he is gone again.
    wait_until(f"only-{previous} to be refused", lambda: status_for(connect, f"only-{previous}") in (401, 429))


def break_files(options, connect):
    """Broken new files are refused and the old ones stay in force; the good ones come back after that."""
    certificate = served_certificate(options.port, options.ca)
    path = os.path.join(options.live, "server.crt")
    shutil.copy(path, path + ".good")
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write("-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
    os.replace(path + ".new", path)
    # A file that is looked at every few seconds: a marker user tells that the look has been taken.
    with open(os.path.join(options.live, "htpasswd"), encoding="ascii") as file:
        users = file.read()
    with open(path + ".users", "w", encoding="ascii") as file:
        file.write(users.replace("steady:", "marker:") + users)
    os.replace(path + ".users", os.path.join(options.live, "htpasswd"))
    wait_until("marker to be accepted", lambda: status_for(connect, "marker") == 200)
    if served_certificate(options.port, options.ca) != certificate:
        raise AssertionError("a broken certificate file changed what is served")
    os.replace(path + ".good", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--live", required=True, help="directory whose files the server uses")
    parser.add_argument("--sets", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--no-certificate", action="store_true", help="only swap passwords")
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()

    def connect(user="steady"):
        return Registry(options.port, options.ca, user, password)

    registry = connect()
    blobs = [registry.push_blob(REPOSITORY, random.randbytes(size)) for size in (1, 70_000, 1_000_000, 4_000_000)]
    pullers = [Puller(connect(), blobs, keep=n % 2 == 0) for n in range(CLIENTS)]
    for puller in pullers:
        puller.start()
    try:
        for number in range(1, options.rounds + 1):
            swap(options, number % len(options.sets), connect)
        if not options.no_certificate:
            break_files(options, connect)
            swap(options, (options.rounds + 1) % len(options.sets), connect)
    except AssertionError as wrong:
        sys.exit(f"FAILED: {wrong}")
    finally:
        for puller in pullers:
            puller.stopped.set()
        for puller in pullers:
            puller.join(30)
    failures = [failure for puller in pullers for failure in puller.failures]
    requests = sum(puller.requests for puller in pullers)
    print(f"{requests} requests during {options.rounds} swaps, {len(failures)} failed")
    if failures or min(puller.requests for puller in pullers) == 0:
        sys.exit("FAILED: " + "; ".join(failures[:5] or ["a client made no request at all"]))


if __name__ == "__main__":
    main()

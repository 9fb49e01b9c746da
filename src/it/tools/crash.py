#!/usr/bin/env python3
"""Kills the registry with SIGKILL in the middle of pushes, again and again, and looks at what is left after each restart.

Checked after every restart:
  - every manifest that was acknowledged is whole: it and each of its blobs come back with the right digest;
  - a tag points to the last manifest acknowledged under it, or to the one that was on its way, never to nothing;
  - an interrupted upload reports an offset no smaller than what was acknowledged and no larger than what was sent,
    goes on from there, and ends with the right digest.

The command of the server follows `--`. The seed of a failed run is printed; --seed repeats its choices (not its timing).
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time

from registry import LOST, MANIFEST, Registry, digest_of, manifest_of

PUSHERS = 3


class Ledger:
    """What the clients were told. Entries are added before the request, and marked when it was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.manifests = {}
        self.tags = {}

    def sending(self, repository, tag, digest, blobs):
        with self.lock:
            self.tags.setdefault((repository, tag), []).append([digest, False])
        return (repository, tag, digest, blobs)

    def acknowledged(self, entry):
        repository, tag, digest, blobs = entry
        with self.lock:
            self.manifests[(repository, digest)] = blobs
            self.tags[(repository, tag)][-1][1] = True

    def allowed(self, repository, tag):
        """Digests that the tag may have: the last acknowledged and whatever was sent after it; and whether it may lack."""
        with self.lock:
            history = self.tags.get((repository, tag), [])
        acknowledged = [i for i, (_, told) in enumerate(history) if told]
        first = acknowledged[-1] if acknowledged else 0
        return [digest for digest, _ in history[first:]], not acknowledged


class Pusher(threading.Thread):
    """Pushes blobs, manifests and tags until the server is killed. Has its own repositories, so a tag has one writer."""

    def __init__(self, name, registry, ledger, seed):
        super().__init__(name=name, daemon=True)
        self.registry, self.ledger, self.random = registry, ledger, random.Random(seed)
        self.killed = threading.Event()
        self.failure = None

    def run(self):
        try:
            while not self.killed.is_set():
                self.push_image()
        except LOST as lost:
            # Right after the kill, and only then, is a lost connection what has to happen.
            if not self.killed.wait(5):
                self.failure = f"connection lost before the kill: {lost!r}"
        except Exception as wrong:  # whatever it is, it belongs into the report of the main thread
            self.failure = repr(wrong)
        finally:
            self.registry.close()

    def push_image(self):
        repository = f"crash/{self.name}/{self.random.choice(['a', 'b/c'])}"
        layers = [self.push_some_way(repository) for _ in range(self.random.randint(1, 3))]
        config = self.push_some_way(repository, 200)
        manifest = manifest_of(config, layers)
        digest = digest_of(manifest)
        tag = "latest" if self.random.random() < 0.5 else f"v{self.random.randint(1, 40)}"
        entry = self.ledger.sending(repository, tag, digest, dict([config, *layers]))
        self.registry.expect(201, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, {"Content-Type": MANIFEST})
        self.ledger.acknowledged(entry)

    def push_some_way(self, repository, size=None):
        size = size or int(2 ** self.random.uniform(0, 20))
        content = self.random.randbytes(size)
        digest = digest_of(content)
        location = self.registry.start_upload(repository)
        if self.random.random() < 0.5:
            self.registry.finish(location, digest, content)
        else:
            half = size // 2 + 1
            location = self.registry.append(location, content[:half])
            self.registry.finish(location, digest, content[half:])
        return digest, size


class Interrupted(threading.Thread):
    """One large upload: a first chunk that is acknowledged, then a second one that is on its way when the kill comes."""

    REPOSITORY = "crash/interrupted"
    SIZE = 64 << 20
    PIECE = 32 << 10

    def __init__(self, registry, seed):
        super().__init__(name="interrupted", daemon=True)
        self.registry = registry
        chooser = random.Random(seed)
        # One random block, repeated with a number in front: no piece equals another, and it is made in no time.
        block = chooser.randbytes(self.PIECE - 8)
        self.content = b"".join(n.to_bytes(8, "big") + block for n in range(self.SIZE // self.PIECE))
        self.told = chooser.randint(1, 3 << 20)
        self.sent = self.told
        self.location = None
        self.started = threading.Event()
        self.failure = None

    def run(self):
        try:
            self.location = self.registry.append(
                self.registry.start_upload(self.REPOSITORY), self.content[:self.told])
            self.started.set()
            self.registry.request("PATCH", self.location, self.pieces(), chunked=True)
            self.failure = "the whole upload was through before the kill"
        except LOST as lost:
            if not self.started.is_set():
                self.failure = f"not even begun: {lost!r}"
        except Exception as wrong:
            self.failure = repr(wrong)
        finally:
            self.started.set()
            self.registry.close()

    def pieces(self):
        while self.sent < self.SIZE:
            piece = self.content[self.sent:self.sent + self.PIECE]
            self.sent += len(piece)
            yield piece
            # The pace of a slow line, so that the kill finds the upload under way.
            time.sleep(0.004)

    def resume(self, registry):
        """Goes on where the status says. Returns the offset."""
        status = registry.expect(204, "GET", self.location)
        offset = int(status.headers["Range"].split("-")[1]) + 1
        if not self.told <= offset <= self.sent:
            raise AssertionError(f"offset {offset}, but acknowledged were {self.told} and sent {self.sent} bytes")
        # The rest is cut short: what counts is that both halves fit together, not the size.
        content = self.content[:offset + (1 << 20)]
        half = offset + (1 << 19)
        location = registry.location(status) if status.headers["Location"] else self.location
        location = registry.append(location, content[offset:half], offset)
        registry.finish(location, digest_of(content), content[half:])
        check_blob(registry, self.REPOSITORY, digest_of(content), len(content))
        return offset


class Server:
    def __init__(self, command, log, registry):
        self.command, self.log, self.registry = command, log, registry
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with status {self.process.returncode}")
            try:
                if self.registry.request("GET", "/v2/").status == 200:
                    return
            except LOST:
                pass
            time.sleep(0.05)
        raise AssertionError("the server is not ready after 60 s")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.registry.close()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def check_blob(registry, repository, digest, size):
    answer = registry.expect(200, "GET", f"/v2/{repository}/blobs/{digest}")
    if len(answer.body) != size or digest_of(answer.body) != digest:
        raise AssertionError(f"blob {repository} {digest}: {len(answer.body)} of {size} bytes, {digest_of(answer.body)}")


def check_manifest(registry, repository, reference, digests):
    answer = registry.expect(200, "GET", f"/v2/{repository}/manifests/{reference}", headers={"Accept": MANIFEST})
    if digest_of(answer.body) not in digests:
        raise AssertionError(f"{repository}:{reference} is {digest_of(answer.body)}, may be {digests}")
    return answer.json()


def check_manifests(registry, ledger, keys):
    for repository, digest in keys:
        check_manifest(registry, repository, digest, [digest])
        for blob, size in ledger.manifests[(repository, digest)].items():
            check_blob(registry, repository, blob, size)


def check_tags(registry, ledger):
    for repository in {repository for repository, _ in ledger.tags}:
        answer = registry.request("GET", f"/v2/{repository}/tags/list?n=1000")
        listed = set(answer.json()["tags"] or []) if answer.status == 200 else set()
        for tag in {tag for name, tag in ledger.tags if name == repository} | listed:
            digests, may_lack = ledger.allowed(repository, tag)
            if tag not in listed:
                if not may_lack:
                    raise AssertionError(f"acknowledged tag {repository}:{tag} is not listed ({answer})")
                continue
            manifest = check_manifest(registry, repository, tag, digests)
            for descriptor in [manifest["config"], *manifest["layers"]]:
                registry.expect(200, "HEAD", f"/v2/{repository}/blobs/{descriptor['digest']}")


def one_round(number, server, connect, ledger, chooser, resume):
    known = set(ledger.manifests)
    interrupted = Interrupted(connect(), chooser.random())
    pushers = [Pusher(f"p{n}", connect(), ledger, chooser.random()) for n in range(PUSHERS)]
    for thread in [*pushers, interrupted]:
        thread.start()
    if not interrupted.started.wait(30):
        raise AssertionError("the first chunk was not acknowledged within 30 s")
    time.sleep(chooser.uniform(0, 1.5))  # the random moment
    for pusher in pushers:
        pusher.killed.set()
    server.kill()
    for thread in [*pushers, interrupted]:
        thread.join(30)
        if thread.is_alive() or thread.failure:
            raise AssertionError(f"{thread.name}: {thread.failure or 'hangs'}")

    began = time.monotonic()
    server.start()
    ready = time.monotonic() - began
    registry = connect()
    new = sorted(set(ledger.manifests) - known)
    check_manifests(registry, ledger, new + chooser.sample(sorted(known), min(20, len(known))))
    check_tags(registry, ledger)
    offset = interrupted.resume(registry) if resume else "(not tried)"
    registry.close()
    print(f"round {number}: {len(new)} manifests acknowledged, all whole; upload went on at {offset}"
          f" ({interrupted.told} acknowledged, {interrupted.sent} sent); ready after {ready:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--log", required=True, help="file that gets what the server prints")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--no-resume", action="store_true", help="CNCF distribution 2.8 cannot resume after a kill")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()

    def connect():
        return Registry(options.port, options.ca, options.user, password)

    print(f"seed {options.seed}")
    chooser = random.Random(options.seed)
    ledger = Ledger()
    with open(options.log, "ab") as log:
        server = Server(options.command, log, connect())
        try:
            server.start()
            for number in range(1, options.rounds + 1):
                one_round(number, server, connect, ledger, chooser, not options.no_resume)
            check_manifests(connect(), ledger, sorted(ledger.manifests))
        except AssertionError as wrong:
            sys.exit(f"FAILED (seed {options.seed}): {wrong}")
        finally:
            server.stop()
    summary = {"manifests": len(ledger.manifests), "tags": len(ledger.tags), "rounds": options.rounds}
    print("in the end all are whole: " + json.dumps(summary))


if __name__ == "__main__":
    main()

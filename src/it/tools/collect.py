#!/usr/bin/env python3
"""Clients push, tag, mount, pull and delete images that overlap, while garbage is collected without pause and the server is killed
at random moments.

Checked all the time: what a client pulls by a tag of its own is whole. Checked in the end:
  - every image that was acknowledged and not deleted is whole, with its indexes, their entries and what refers to it;
  - after a last collection nothing is in the storage that no tag leads to, by a reading of the storage that shares no code with
    the server.

The command of the server follows `--`. The seed is printed; --seed repeats the choices (not the timing).
"""

import argparse
import json
import os
import pathlib
import random
import socket
import sys
import threading
import time

from crash import Server, check_blob
from registry import LOST, MANIFEST, Registry, digest_of, manifest_of

INDEX = "application/vnd.oci.image.index.v1+json"
CLIENTS = 8
SHARED = ["shared/a", "shared/a/b", "shared/c"]
BLOBS = 40


class Control:
    """The server's control socket, as the command `wharfgate storage` uses it."""

    def __init__(self, path):
        self.path = path

    def run(self, task, **arguments):
        """Lines, warnings and exit code; None when the server went away meanwhile."""
        said = {"line": [], "warning": []}
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(120)
                connection.connect(self.path)
                connection.sendall(json.dumps({"task": task, "arguments": arguments}).encode() + b"\n")
                for line in connection.makefile("r", encoding="utf-8"):
                    for name, value in json.loads(line).items():
                        if name == "exit":
                            return said["line"], said["warning"], value
                        if name in said:
                            said[name].append(value)
        except OSError:
            pass
        return None


class Collector(threading.Thread):
    """Collects again and again."""

    def __init__(self, control):
        super().__init__(name="collector", daemon=True)
        self.control, self.over, self.runs, self.failure = control, threading.Event(), 0, None

    def run(self):
        while not self.over.is_set():
            said = self.control.run("gc")
            if said is None:
                time.sleep(0.1)
                continue
            self.runs += 1
            # A stop at a kill is told by nobody; whatever is told as wrong, is.
            if said[2] != 0:
                self.failure = f"collection ended with {said[2]}: {said[1]}"
                return


def content_of(number):
    """The same bytes for the same number, whoever pushes them: that is how images come to overlap."""
    chooser = random.Random(number)
    return chooser.randbytes(int(2 ** chooser.uniform(4, 17)))


class Client(threading.Thread):
    """Works on tags of its own, in repositories that others use too and in one of its own."""

    def __init__(self, number, registry, options, lives, seed):
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.registry, self.options, self.lives = number, registry, options, lives
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.own = f"own/{number}"
        # By (repository, tag): what it may be after a kill, the last acknowledged first; None for no such tag.
        self.tags = {}
        # Indexes and subjects: what they need beside what they are, by digest.
        self.referrers = {}
        self.done = {"pushed": 0, "pulled": 0, "deleted": 0, "mounted": 0, "again": 0}
        self.failure = None

    def run(self):
        try:
            while not self.over.is_set():
                life = self.lives.current()
                try:
                    self.work()
                except LOST:
                    if self.lives.current() == life and not self.lives.ending.wait(5):
                        raise
                    self.registry.close()
                    self.lives.await_next(life)
        except Exception as wrong:  # for the report of the main thread
            self.failure = f"{self.name}: {wrong!r}"
        finally:
            self.registry.close()

    def work(self):
        what = self.random.random()
        if what < 0.5:
            self.push()
        elif what < 0.75:
            self.pull()
        else:
            self.delete()

    def push(self):
        repository = self.random.choice([*SHARED, self.own])
        tag = f"c{self.number}-{self.random.randrange(6)}"
        numbers = [self.random.randrange(BLOBS) for _ in range(self.random.randint(2, 4))]
        others = [self.random.randrange(BLOBS) for _ in range(2)]
        kind = self.random.random()
        while True:
            began, life = time.monotonic(), self.lives.current()
            answer = self.push_once(repository, tag, numbers, others, kind)
            if answer is None:
                self.done["pushed"] += 1
                return
            # A client that was told before the kill, or long ago, that a blob is there may have to push it again.
            if "MANIFEST_BLOB_UNKNOWN" not in str(answer) or not (
                    life != self.lives.current() or self.lives.age() < self.options.grace + 5
                    or time.monotonic() - began > self.options.grace / 2):
                raise AssertionError(f"push to {repository}: {answer}")
            self.done["again"] += 1

    def push_once(self, repository, tag, numbers, others, kind):
        manifest = self.image(repository, numbers)
        if kind < 0.6:
            return self.put(repository, tag, MANIFEST, manifest)
        entries = [manifest, self.image(repository, others)]
        for entry in entries:
            answer = self.put_by_digest(repository, MANIFEST, entry)
            if answer:
                return answer
        index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {"mediaType": MANIFEST, "digest": digest_of(entry), "size": len(entry)} for entry in entries]}).encode()
        answer = self.put(repository, tag, INDEX, index)
        if answer is None and repository == self.own and kind > 0.85:
            return self.attach(repository, index, numbers[0])
        return answer

    def attach(self, repository, subject, number):
        blob = self.blob(repository, number)
        signature = json.loads(manifest_of(blob, [blob]))
        signature["subject"] = {"mediaType": INDEX, "digest": digest_of(subject), "size": len(subject)}
        content = json.dumps(signature).encode()
        answer = self.put_by_digest(repository, MANIFEST, content)
        if answer is None:
            self.referrers[digest_of(subject)] = digest_of(content)
        return answer

    def image(self, repository, numbers):
        blobs = [self.blob(repository, number) for number in numbers]
        return manifest_of(blobs[0], blobs[1:])

    def blob(self, repository, number):
        """As clients do: look first, then try to mount, then push."""
        content = content_of(number)
        digest = digest_of(content)
        if self.registry.request("HEAD", f"/v2/{repository}/blobs/{digest}").status == 200:
            return digest, len(content)
        if self.random.random() < 0.5:
            source = self.random.choice([*SHARED, self.own])
            answer = self.registry.request(
                "POST", f"/v2/{repository}/blobs/uploads/?mount={digest}&from={source}", b"")
            if answer.status == 201:
                self.done["mounted"] += 1
                return digest, len(content)
            self.registry.finish(self.registry.location(answer), digest, content)
        else:
            self.registry.push_blob(repository, content)
        return digest, len(content)

    def put_by_digest(self, repository, media_type, content):
        answer = self.registry.request(
            "PUT", f"/v2/{repository}/manifests/{digest_of(content)}", content, {"Content-Type": media_type})
        return None if answer.status == 201 else answer

    def put(self, repository, tag, media_type, content):
        self.forget_referrers((repository, tag))
        self.tags.setdefault((repository, tag), [None]).append(digest_of(content))
        answer = self.registry.request(
            "PUT", f"/v2/{repository}/manifests/{tag}", content, {"Content-Type": media_type})
        if answer.status == 201:
            self.tags[(repository, tag)] = [digest_of(content)]
            return None
        self.tags[(repository, tag)].pop()
        return answer

    def forget_referrers(self, key):
        """They may go with the tag, and do not come back with a manifest that is pushed again."""
        for digest in self.tags.get(key, []):
            self.referrers.pop(digest, None)

    def delete(self):
        known = sorted(self.tags)
        if not known:
            return
        repository, tag = self.random.choice(known)
        now = self.tags[(repository, tag)]
        reference = tag
        if repository == self.own and len(now) == 1 and now[0] and self.random.random() < 0.5:
            reference = now[0]
        gone = [key for key, digests in self.tags.items()
                if key == (repository, tag) or (reference != tag and key[0] == repository and reference in digests)]
        for key in gone:
            self.forget_referrers(key)
            self.tags[key].append(None)
        answer = self.registry.request("DELETE", f"/v2/{repository}/manifests/{reference}")
        if answer.status not in (202, 404):
            raise AssertionError(f"delete of {repository}:{reference}: {answer}")
        if answer.status == 404 and None not in now[:-1]:
            raise AssertionError(f"{repository}:{tag} is gone, though nobody deleted it: {answer}")
        for key in gone:
            self.tags[key] = [None]
        self.done["deleted"] += 1

    def pull(self):
        known = sorted(self.tags)
        if known:
            repository, tag = self.random.choice(known)
            self.check(repository, tag)
            self.done["pulled"] += 1

    def check(self, repository, tag):
        """What the tag points to is one of what it may be, and whole."""
        allowed = self.tags[(repository, tag)]
        answer = self.manifest(repository, tag)
        if answer.status == 404 and None in allowed:
            return
        if answer.status != 200 or digest_of(answer.body) not in allowed:
            raise AssertionError(f"{repository}:{tag} may be {allowed}, and is {answer}")
        self.check_content(repository, answer.json())
        referrer = self.referrers.get(digest_of(answer.body)) if repository == self.own else None
        if referrer:
            listed = self.registry.expect(200, "GET", f"/v2/{repository}/referrers/{digest_of(answer.body)}").json()
            if referrer not in [entry["digest"] for entry in listed["manifests"]] and len(allowed) == 1:
                raise AssertionError(f"{repository}:{tag} has lost what refers to it, {referrer}")

    def manifest(self, repository, reference):
        return self.registry.request(
            "GET", f"/v2/{repository}/manifests/{reference}", headers={"Accept": f"{MANIFEST}, {INDEX}"})

    def check_content(self, repository, manifest):
        for entry in manifest.get("manifests", []):
            answer = self.manifest(repository, entry["digest"])
            if answer.status != 200 or digest_of(answer.body) != entry["digest"]:
                raise AssertionError(f"entry {repository}@{entry['digest']}: {answer}")
            self.check_content(repository, answer.json())
        if "config" in manifest:
            for blob in [manifest["config"], *manifest["layers"]]:
                check_blob(self.registry, repository, blob["digest"], blob["size"])


class Lives:
    """Which life of the server it is, and when it began."""

    def __init__(self):
        self.changed = threading.Condition()
        self.number, self.began, self.ending = 0, 0.0, threading.Event()

    def current(self):
        with self.changed:
            return self.number

    def age(self):
        return time.monotonic() - self.began

    def began_anew(self):
        with self.changed:
            self.number += 1
            self.began = time.monotonic()
            self.ending.clear()
            self.changed.notify_all()

    def await_next(self, number):
        with self.changed:
            self.changed.wait_for(lambda: self.number > number, 90)


# --- the storage as it lies on the disk ------------------------------------------------------------------------------


def left_over(root):
    """What no tag leads to. Reads links and manifests itself."""
    top = pathlib.Path(root, "docker/registry/v2")
    content, wrong = set(), []
    for manifests in top.glob("repositories/**/_manifests"):
        wrong += left_over_in(top, manifests.parent, content)
    for parts in top.glob("repositories/**/_layers"):
        if not (parts.parent / "_manifests").exists():
            wrong.append(f"{parts} without manifests")
    wrong += [str(upload) for upload in top.glob("repositories/**/_uploads/*")]
    for data in top.glob("blobs/*/*/*/data"):
        digest = f"{data.parts[-4]}:{data.parts[-2]}"
        if digest not in content:
            wrong.append(f"content {digest}")
    return wrong


def left_over_in(top, repository, content):
    manifests, layers, ahead = {}, set(), []
    for link in repository.glob("_manifests/revisions/*/*/link"):
        digest = link.read_text()
        body = data_of(top, digest).read_bytes()
        manifests[digest] = json.loads(body)
    for link in repository.glob("_manifests/tags/*/current/link"):
        ahead.append(link.read_text())
    reached = set()
    while ahead:
        digest = ahead.pop()
        if digest in reached:
            continue
        reached.add(digest)
        manifest = manifests[digest]
        ahead += [entry["digest"] for entry in manifest.get("manifests", [])]
        layers |= {blob["digest"] for blob in [manifest.get("config"), *manifest.get("layers", [])] if blob}
        ahead += [other for other, text in manifests.items() if text.get("subject", {}).get("digest") == digest]
    content |= reached | layers
    wrong = [f"manifest {repository}@{digest}" for digest in set(manifests) - reached]
    linked = {f"{link.parts[-3]}:{link.parts[-2]}" for link in repository.glob("_layers/*/*/link")}
    wrong += [f"blob {repository}@{digest}" for digest in linked - layers]
    return wrong + [f"missing {repository}@{digest}" for digest in layers - linked]


def data_of(top, digest):
    algorithm, hexadecimal = digest.split(":")
    return top / "blobs" / algorithm / hexadecimal[:2] / hexadecimal / "data"


def age_uploads(root, seconds):
    """As if the clients whose uploads a kill has cut had stayed away for so long."""
    for upload in pathlib.Path(root).glob("docker/registry/v2/repositories/**/_uploads/*/*"):
        when = upload.stat().st_mtime - seconds
        os.utime(upload, (when, when))


# --- the run ---------------------------------------------------------------------------------------------------------


def stress(options, server, clients, lives, collector, chooser):
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        moment = time.monotonic() + chooser.uniform(*options.life)
        while time.monotonic() < min(moment, end):
            require_well(clients, collector)
            time.sleep(0.2)
        lives.ending.set()
        server.kill()
        server.start()
        lives.began_anew()
    for client in clients:
        client.over.set()
    for client in clients:
        client.join(60)
    collector.over.set()
    collector.join(130)
    require_well(clients, collector)


def require_well(clients, collector):
    failures = [thread.failure for thread in [*clients, collector] if thread.failure]
    if failures:
        raise AssertionError("; ".join(failures))


def finish(options, clients, connect, control):
    """All is whole; then all garbage goes."""
    for client in clients:
        client.registry = connect()
        for repository, tag in sorted(client.tags):
            client.check(repository, tag)
    age_uploads(options.root, 3600)
    for pause in (options.grace + 1, options.window + 1):
        time.sleep(pause)
        said = control.run("gc", grace="PT0S")
        if said is None or said[2] != 0:
            raise AssertionError(f"the last collection: {said}")
    wrong = left_over(options.root)
    if wrong:
        raise AssertionError(f"{len(wrong)} things are left over or missing: {wrong[:10]}")
    for client in clients:
        for repository, tag in sorted(client.tags):
            client.check(repository, tag)
        client.registry.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--control", required=True, help="the server's control socket")
    parser.add_argument("--root", required=True, help="the server's storage")
    parser.add_argument("--log", required=True, help="file that gets what the server prints")
    parser.add_argument("--grace", type=float, required=True, help="seconds, as configured")
    parser.add_argument("--window", type=float, required=True, help="seconds of undelete, as configured")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--life", type=float, nargs=2, default=(4, 15), help="seconds until a kill, from and to")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()

    def connect():
        return Registry(options.port, options.ca, options.user, password)

    print(f"seed {options.seed}", flush=True)
    chooser, lives, control = random.Random(options.seed), Lives(), Control(options.control)
    clients = [Client(number, connect(), options, lives, chooser.random()) for number in range(CLIENTS)]
    collector = Collector(control)
    with open(options.log, "ab") as log:
        server = Server(options.command, log, connect())
        try:
            server.start()
            lives.began_anew()
            for thread in [*clients, collector]:
                thread.start()
            stress(options, server, clients, lives, collector, chooser)
            finish(options, clients, connect, control)
        except AssertionError as wrong:
            sys.exit(f"FAILED (seed {options.seed}): {wrong}")
        finally:
            server.stop()
    done = {name: sum(client.done[name] for client in clients) for name in clients[0].done}
    alive = sum(1 for client in clients for digests in client.tags.values() if digests != [None])
    print("all images are whole, and nothing else is left: " + json.dumps(
        {**done, "tags": alive, "collections": collector.runs, "kills": lives.number - 1}))


if __name__ == "__main__":
    main()

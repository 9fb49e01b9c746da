#!/usr/bin/env python3
"""Wharfgate beside its peers, by turns: each round takes every row to every target, in an order that rotates.

Prints a table and writes every single figure as JSON. Standard library only; the load comes from curl, wrk, skopeo and clients.py.
"""

import argparse
import json
import os
import platform
import re
import secrets
import shutil
import subprocess
import time

from clients import Upload, heads
from content import MANIFEST, Blob, Image
from figures import MIB, Requests, Target, Transfer, at_once, line, median, output, ratio, run, wrk

US = "wharfgate"
# Serves files, and knows neither logins nor uploads.
LIMIT = "static"
TAG = "latest"
LOGINS = [("cost 5", "cheap"), ("cost 10", "dear")]
# Of each small request, so that both answer with the manifest as it was pushed.
ACCEPT = {"Accept": MANIFEST}


class Bench:
    """The rows, and what they move; that is made and pushed for the rows that are run."""

    def __init__(self, options, targets):
        self.options, self.targets = options, targets
        self.parts = {}
        self.pushed = 0

    def part(self, name, make):
        if name not in self.parts:
            self.parts[name] = make()
        return self.parts[name]

    def place(self, name):
        return os.path.join(self.options.work, name)

    # --- what is moved -------------------------------------------------------------------------------------------

    @property
    def source(self):
        return self.part("source", lambda: Blob(self.place("blob"), self.options.size_mib * MIB))

    @property
    def blob(self):
        """In every registry, as bench/blob."""
        def push():
            for target in self.targets:
                if target.name == LIMIT:
                    self.link(self.source.path, "blob", "blobs", self.source.digest)
                else:
                    Upload(target, "cheap", "bench/blob").push(
                        self.source.size, self.source.digest, self.source.pieces(b""), chunked=False)
            return self.source
        return self.part("blob", push)

    @property
    def image(self):
        """In every registry, as bench/image:latest."""
        def push():
            image = self.new_image("image")
            for target in self.targets:
                if target.name == LIMIT:
                    for digest in image.blobs:
                        self.link(os.path.join(image.directory, digest[7:]), "image", "blobs", digest)
                    for reference in (TAG, image.digest):
                        self.link(os.path.join(image.directory, "manifest.json"), "image", "manifests", reference)
                else:
                    self.skopeo(target, "cheap", f"dir:{image.directory}", f"docker://localhost:{target.port}/bench/image:{TAG}", "dest")
            return image
        return self.part("image", push)

    def new_image(self, name):
        return Image(self.place(name), self.options.layers, self.options.layer_mib)

    def link(self, path, repository, kind, name):
        place = os.path.join(self.options.static, "v2", "bench", repository, kind)
        os.makedirs(place, exist_ok=True)
        os.link(path, os.path.join(place, name))

    # --- small requests ------------------------------------------------------------------------------------------

    def manifest_path(self, by):
        return f"/v2/bench/image/manifests/{TAG if by == 'tag' else self.image.digest}"

    def gets(self, by, user):
        return lambda target: wrk(target, self.manifest_path(by), user, self.options.connections, self.options.seconds, ACCEPT)

    def heads(self, by, user):
        return lambda target: heads(target, self.manifest_path(by), user, self.options.connections, self.options.seconds, ACCEPT)

    def connections(self, target):
        return wrk(target, "/v2/", "cheap", 16, self.options.seconds, {"Connection": "close"})

    # --- blobs ---------------------------------------------------------------------------------------------------

    def get(self, clients, times):
        """Each client takes it so many times, one after the other: a single transfer is over before it can be told from noise."""
        def move(target):
            self.read(target, [self.blob.digest])
            one = ("-o", "/dev/null", f"{target.url}/v2/bench/blob/blobs/{self.blob.digest}")
            began = time.monotonic()
            moved, _ = at_once([target.curl("-w", "%{size_download}\n", *one * times)] * clients, self.blob.size * times)
            return moved, time.monotonic() - began
        return move

    def put(self, chunked):
        def move(target):
            head = secrets.token_bytes(32)
            digest = self.source.digest_with(head)
            self.settle(self.source.size)
            seconds, commit = Upload(target, "cheap", "bench/put").push(
                self.source.size, digest, self.source.pieces(head), chunked)
            self.forget(target, digest)
            return self.source.size, seconds, {"commit_ms": commit * 1000}
        return move

    def settle(self, size):
        """What one server left to the kernel to write is not to slow the next one down; and so many bytes of page cache are at
        hand: a virtual machine may have to ask its host for them first, which would be whose turn is next."""
        os.sync()
        place = self.place("room")
        with open(place, "wb", buffering=0) as file:
            for _ in range(0, size, MIB):
                file.write(bytes(MIB))
        os.remove(place)

    def stored(self, target, digest):
        """The directory of that blob in a registry's storage."""
        place = os.path.join(self.options.work, target.name + "-data", "docker", "registry", "v2", "blobs", "sha256")
        return os.path.join(place, digest[7:9], digest[7:])

    def forget(self, target, digest):
        """Each push is of another blob, and the disk is not without end."""
        shutil.rmtree(self.stored(target, digest))

    def read(self, target, digests):
        """Into the page cache, which a machine may have given to something else since: no row is about the disk's reading."""
        for digest in digests:
            place = self.source.path if digest == self.source.digest else os.path.join(self.image.directory, digest[7:])
            if target.name != LIMIT:
                place = os.path.join(self.stored(target, digest), "data")
            with open(place, "rb", buffering=0) as file:
                while file.read(MIB):
                    pass

    # --- images --------------------------------------------------------------------------------------------------

    def skopeo(self, target, user, source, destination, side):
        subprocess.run(["skopeo", "copy", "--quiet", "--insecure-policy", f"--{side}-cert-dir", os.path.join(target.directory, "trust"),
                        f"--{side}-creds", target.login(user), source, destination], check=True, stdout=subprocess.DEVNULL)

    def push_image(self, user):
        """Another image each time, since skopeo remembers which layers a registry has."""
        def move(target):
            self.pushed += 1
            image = self.new_image("pushed")
            self.settle(image.size)
            began = time.monotonic()
            self.skopeo(target, user, f"dir:{image.directory}", f"docker://localhost:{target.port}/bench/pushed-{self.pushed}:{TAG}", "dest")
            seconds = time.monotonic() - began
            for digest in image.blobs:
                self.forget(target, digest)
            shutil.rmtree(image.directory)
            return image.size, seconds, {"seconds": seconds}
        return move

    def pull_image(self, user):
        def move(target):
            size, place = self.image.size, self.place("pulled")
            self.settle(size)
            self.read(target, self.image.blobs)
            began = time.monotonic()
            self.skopeo(target, user, f"docker://localhost:{target.port}/bench/image:{TAG}", f"dir:{place}", "src")
            seconds = time.monotonic() - began
            shutil.rmtree(place)
            return size, seconds, {"seconds": seconds}
        return move

    def pullers(self, target):
        """Manifest and blobs of the image for each, from one curl: it decrypts on one core, which leaves the server one."""
        paths = [f"manifests/{TAG}", *(f"blobs/{digest}" for digest in self.image.blobs)]
        # All first ones first, then all second ones, so that the clients are at different layers at one time.
        urls = [f"{target.url}/v2/bench/image/{path}" for path in paths for _ in range(self.options.pullers)]
        listing = self.place("urls")
        with open(listing, "w", encoding="utf-8") as file:
            file.writelines(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls)
        self.read(target, self.image.blobs)
        began = time.monotonic()
        answers = output(target.curl("-Z", "--no-progress-meter", "--parallel-max", str(self.options.pullers), "-H", f"Accept: {MANIFEST}",
                                     "-w", "%{http_code} %{size_download}\n", "-K", listing)).split("\n")[:-1]
        seconds = time.monotonic() - began
        moved = sum(int(answer.split()[1]) for answer in answers if answer.startswith("200 "))
        if moved != self.image.size * self.options.pullers:
            raise SystemExit(f"{target.name}: {moved} bytes of {self.image.size} times {self.options.pullers}")
        return moved, seconds, {"seconds": seconds}

    # --- rows ----------------------------------------------------------------------------------------------------

    def prepare(self, parts):
        """Pushes what those rows need, so that no row has that in its figures."""
        for part in parts:
            getattr(self, part)

    def rows(self):
        """Each with the part of this that it needs."""
        options, uploads = self.options, (LIMIT,)
        found = []
        for cost, user in LOGINS:
            # Who knows no logins is as fast for one as for the other.
            without = () if user == "cheap" else (LIMIT,)
            for by in ("tag", "digest"):
                found.append((Requests(f"manifest GET by {by}, bcrypt {cost}", self.gets(by, user), without), "image"))
                found.append((Requests(f"manifest HEAD by {by}, bcrypt {cost}", self.heads(by, user), without), "image"))
        image = f"an image of {options.layers} layers of {options.layer_mib} MiB"
        return found + [
            (Requests("new TLS connection and ping", self.connections), "image"),
            (Transfer(f"blob GET {options.size_mib} MiB", self.get(1, 4)), "blob"),
            (Transfer(f"blob GET {options.size_mib} MiB, 4 clients", self.get(4, 1)), "blob"),
            (Transfer(f"blob PUT {options.size_mib} MiB, with length", self.put(False), uploads), "source"),
            (Transfer(f"blob PUT {options.size_mib} MiB, chunked", self.put(True), uploads), "source"),
            *((Transfer(f"push of {image}, bcrypt {cost}", self.push_image(user), uploads), "image") for cost, user in LOGINS),
            (Transfer(f"pull of {image}, bcrypt cost 5", self.pull_image("cheap")), "image"),
            (Transfer(f"pull of {image}, bcrypt cost 10", self.pull_image("dear"), (LIMIT,)), "image"),
            (Transfer(f"{options.pullers} concurrent pulls of {image}", self.pullers), "image"),
        ]


def table(rows, targets, figures):
    for row in rows:
        yield row.name
        ours = figures[row.name].get(US)
        for target in targets:
            found = figures[row.name].get(target.name)
            if not found:
                continue
            text = line(target.name, found, row)
            for field, unit in (("seconds", "s"), ("commit_ms", "ms to the answer")):
                value = median(found, field)
                text += "" if value is None else f"  {value:.1f} {unit}"
            compared = [ratio(ours, found, field) for field in ("speed", "cost")] if ours and found is not ours else [None]
            if None not in compared:
                text += f"   {US}: x {compared[0]:.3g} speed, x {compared[1]:.3g} CPU"
            yield text


def summary(rows, figures):
    """By row and target, what the table shows, beside the single figures."""
    found = {}
    for row in rows:
        ours = figures[row.name].get(US)
        found[row.name] = {
            target: {"unit": row.speed_unit, "costUnit": row.cost_unit, "speed": median(single, "speed"), "cost": median(single, "cost"),
                     "commitMs": median(single, "commit_ms"), "seconds": median(single, "seconds"),
                     "speedOfUs": ratio(ours, single, "speed") if ours else None,
                     "cpuOfUs": ratio(ours, single, "cost") if ours else None, "rounds": single}
            for target, single in figures[row.name].items()}
    return found


def options_of():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, about in (("work", "directory with the data of each target, and for what is moved"),
                        ("pids", "directory with the process id of each target"),
                        ("static", "directory that is served as it is"), ("json", "file to write")):
        parser.add_argument("--" + name, required=True, help=about)
    for name, number in (("rounds", 5), ("warm-up", 1), ("seconds", 4), ("size-mib", 1024), ("layers", 40), ("layer-mib", 5),
                         ("pullers", 100), ("connections", 32)):
        parser.add_argument("--" + name, type=int, default=number)
    parser.add_argument("--only", default="", help="regular expression: rows to run")
    parser.add_argument("targets", nargs="+", metavar="NAME=DIRECTORY")
    return parser.parse_args()


def main():
    options = options_of()
    targets = [Target(text, options.pids) for text in options.targets]
    bench = Bench(options, targets)
    chosen = [(row, part) for row, part in bench.rows() if re.search(options.only, row.name)]
    if not chosen:
        raise SystemExit(f"no row matches {options.only}")
    rows = [row for row, _ in chosen]
    bench.prepare(dict.fromkeys(part for _, part in chosen))
    run(rows, targets, options.warm_up, "warm-up")

    def keep(found):
        """After each round, so that a run that is broken off was not for nothing."""
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rounds": options.rounds, "cores": os.cpu_count(), "kernel": platform.release(),
                       "rows": summary(rows, found), "peakRssMiB": {target.name: target.peak_mib() for target in targets}}, file, indent=1)
            file.write("\n")

    figures = run(rows, targets, options.rounds, "round", keep)
    for text in table(rows, targets, figures):
        print(text)
    print("peak RSS")
    for target in targets:
        print(f"  {target.name:<12} {target.peak_mib():7d} MiB")


if __name__ == "__main__":
    main()

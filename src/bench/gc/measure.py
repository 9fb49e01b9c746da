#!/usr/bin/env python3
"""Makes a registry's directory full of small images, a part of them garbage, times commands that work on it, and reports.
Standard library only."""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
# Of a repository: two images that are tagged and one that is not any more, and blobs that no manifest ever came for.
TAGS = ("1.0", "latest", None)
LAYERS = 4
LOOSE = 2
# Layers that many repositories have in common, as images have their base.
BASES = 50
PER_REPOSITORY = len(TAGS) * (2 + LAYERS) + LOOSE
KEPT_PER_REPOSITORY = sum(2 + LAYERS for tag in TAGS if tag)


# --- the directory ---------------------------------------------------------------------------------------------------


def make(options):
    """In the layout of registry:2, by one process for each core: a million files and directories."""
    top = os.path.join(options.root, "docker", "registry", "v2")
    for shard in range(256):
        os.makedirs(os.path.join(top, "blobs", "sha256", f"{shard:02x}"))
    bases = [keep(top, b"base %d" % number) for number in range(BASES)]
    workers = os.cpu_count() or 1
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        list(pool.map(make_some, [(top, bases, range(first, options.repositories, workers)) for first in range(workers)]))
    print(f"{options.repositories * PER_REPOSITORY + BASES} blobs in {options.repositories} repositories")


def make_some(work):
    top, bases, numbers = work
    for number in numbers:
        make_repository(top, bases[number % BASES], number)


def make_repository(top, base, number):
    place = os.path.join(top, "repositories", name_of(number))
    layers, revisions, tags = (os.path.join(place, part) for part in (
        "_layers/sha256", "_manifests/revisions/sha256", "_manifests/tags"))
    for directory in (layers, revisions, tags):
        os.makedirs(directory)
    write_link(layers, base[0])
    for image, tag in enumerate(TAGS):
        blobs = [keep(top, b"%d %d %d" % (number, image, part)) for part in range(1 + LAYERS)]
        manifest = keep(top, manifest_of(blobs[0], [base, *blobs[1:]]))[0]
        for digest, _ in blobs:
            write_link(layers, digest)
        write_link(revisions, manifest)
        if tag:
            for directory in (tag, f"{tag}/current", f"{tag}/index", f"{tag}/index/sha256"):
                os.mkdir(os.path.join(tags, directory))
            write(os.path.join(tags, tag, "current", "link"), b"sha256:" + manifest.encode())
            write_link(os.path.join(tags, tag, "index", "sha256"), manifest)
    for part in range(LOOSE):
        write_link(layers, keep(top, b"%d loose %d" % (number, part))[0])


def name_of(number):
    return f"project-{number // 100:04}/app-{number:06}"


def manifest_of(config, layers):
    def descriptor(media_type, blob):
        return {"mediaType": media_type, "digest": "sha256:" + blob[0], "size": blob[1]}

    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor(CONFIG, config),
                       "layers": [descriptor(LAYER, layer) for layer in layers]}).encode()


def keep(top, content):
    digest = hashlib.sha256(content).hexdigest()
    directory = f"{top}/blobs/sha256/{digest[:2]}/{digest}"
    os.mkdir(directory)
    write(directory + "/data", content)
    return digest, len(content)


def write_link(directory, digest):
    os.mkdir(f"{directory}/{digest}")
    write(f"{directory}/{digest}/link", b"sha256:" + digest.encode())


def write(path, content):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(file, content)
    os.close(file)


def count(options):
    """What a collection must have left: the images with a tag and the bases."""
    found = sum(1 for _ in pathlib.Path(options.root).glob("docker/registry/v2/blobs/sha256/*/*/data"))
    wanted = options.repositories * KEPT_PER_REPOSITORY + BASES
    if found != wanted:
        sys.exit(f"{options.root}: {found} blobs are there, and should be {wanted}")


# --- measuring -------------------------------------------------------------------------------------------------------


def run(options):
    """Runs a command; what it prints goes to the log."""
    began = time.perf_counter()
    with open(options.log, "ab") as log:
        process = subprocess.Popen(options.command, stdout=log, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status != 0:
        sys.exit(f"{options.command} failed; see {options.log}")
    print(json.dumps({"what": options.what, "seconds": round(seconds, 2), "memory, MiB": round(used.ru_maxrss / 1024),
                      "processor, seconds": round(used.ru_utime + used.ru_stime, 1)}), flush=True)


def again(options):
    """Has the service collect until this is ended, which ends a collection too."""
    request = {"task": "gc", "arguments": {"grace": options.grace}}
    while True:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(options.control)
            connection.sendall(json.dumps(request).encode() + b"\n")
            for line in connection.makefile("r", encoding="utf-8"):
                said = json.loads(line)
                # The one before, which was ended, may be about to end.
                if "warning" in said and "just being collected" not in said["warning"]:
                    sys.exit(f"the collection says {line}")
                if "line" in said:
                    print(said["line"], flush=True)
        time.sleep(0.1)


def paths(options):
    """What a pull asks for: the manifest by its tag, then what that names; of images at random."""
    chooser = random.Random(1)
    for _ in range(options.pulls):
        name = name_of(chooser.randrange(options.repositories))
        link = pathlib.Path(options.root, "docker/registry/v2/repositories", name, "_manifests/tags/1.0/current/link")
        digest = link.read_text().split(":")[1]
        data = pathlib.Path(options.root, f"docker/registry/v2/blobs/sha256/{digest[:2]}/{digest}/data")
        manifest = json.loads(data.read_bytes())
        print(f"/v2/{name}/manifests/1.0")
        for blob in [manifest["config"], *manifest["layers"]]:
            print(f"/v2/{name}/blobs/{blob['digest']}")


def report(options):
    """Lines of `target round {figures}`."""
    values = collections.defaultdict(list)
    for line in sys.stdin:
        target, _, text = line.split(" ", 2)
        figures = json.loads(text)
        what = figures.pop("what")
        for unit, value in figures.items():
            values[(what, unit, target)].append(value)
    with open(options.json, "w", encoding="utf-8") as file:
        json.dump([[*key, several] for key, several in values.items()], file, indent=1)
    for (what, unit, target), several in values.items():
        spread = f"{statistics.median(several):10.1f} ({min(several):.1f} to {max(several):.1f})"
        print(f"{what + ', ' + unit:50} {target:14} {spread}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, action, strings, numbers in (
            ("make", make, ("root",), ("repositories",)),
            ("count", count, ("root",), ("repositories",)),
            ("paths", paths, ("root",), ("repositories", "pulls")),
            ("again", again, ("control", "grace"), ()),
            ("run", run, ("what", "log"), ()),
            ("report", report, ("json",), ())):
        command = commands.add_parser(name)
        command.set_defaults(action=action)
        for option in strings:
            command.add_argument("--" + option, required=True)
        for option in numbers:
            command.add_argument("--" + option, required=True, type=int)
        if name == "run":
            command.add_argument("command", nargs="+")
    options = parser.parse_args()
    options.action(options)


if __name__ == "__main__":
    main()

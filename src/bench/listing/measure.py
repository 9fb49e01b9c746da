#!/usr/bin/env python3
"""Makes a registry's directory with many repositories and many tags, times its lists, and reports. Standard library only."""

import argparse
import hashlib
import json
import os
import statistics
import sys
import time
import urllib.parse

MANIFEST = json.dumps({
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}).encode()
HEX = hashlib.sha256(MANIFEST).hexdigest()
# The repository with all the tags; the others are project-0000/app-000000 and so on, a hundred to a project.
TAGGED = "many/tags"


def make(options):
    """In the layout of registry:2, one manifest for all: lists do not look at it."""
    top = os.path.join(options.root, "docker", "registry", "v2")
    write(os.path.join(top, "blobs", "sha256", HEX[:2], HEX, "data"), MANIFEST)
    for number in range(options.repositories):
        make_repository(top, f"project-{number // 100:04}/app-{number:06}", ["latest"])
    make_repository(top, TAGGED, (f"1.0.{number}" for number in range(options.tags)))


def make_repository(top, name, tags):
    place = os.path.join(top, "repositories", name)
    link = b"sha256:" + HEX.encode()
    # docker-registry takes what has _layers for a repository.
    os.makedirs(os.path.join(place, "_layers", "sha256"))
    write(os.path.join(place, "_manifests", "revisions", "sha256", HEX, "link"), link)
    for tag in tags:
        write(os.path.join(place, "_manifests", "tags", tag, "current", "link"), link)
        write(os.path.join(place, "_manifests", "tags", tag, "index", "sha256", HEX, "link"), link)


def write(path, content):
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.write(content)


def list_all(options):
    from registry import Registry

    with open(options.password_file, encoding="utf-8") as file:
        registry = Registry(options.port, options.ca, options.user, file.read().strip(), timeout=600)
    # The connection and the check of the password are not what is measured.
    registry.expect(200, "GET", "/v2/")
    for what, path, field, size in (("repositories", "/v2/_catalog", "repositories", options.repositories),
                                    ("tags", f"/v2/{TAGGED}/tags/list", "tags", options.tags)):
        for moment in ("first page after start-up", "first page again"):
            print_figure(f"{what}, {moment}", time_of(lambda: registry.expect(200, "GET", f"{path}?n=100"))[0])
        seconds, (names, pages) = time_of(lambda: all_pages(registry, f"{path}?n={options.page}", field))
        if len(set(names)) != len(names) or len(names) != size:
            raise SystemExit(f"{what}: {len(names)} listed, {len(set(names))} of them different, {size} there")
        print_figure(f"{what}, all in pages of {options.page}", seconds, pages)
        page = settled(lambda: registry.expect(200, "GET", f"{path}?n=100"), options.again)
        print_figure(f"{what}, a page of 100 over and over", page)
        whole = settled(lambda: all_pages(registry, f"{path}?n={options.page}", field), options.again)
        print_figure(f"{what}, all over and over", whole, pages)


def settled(action, seconds):
    """Median of the later half: what can be remembered is, and a JVM has compiled."""
    times, began = [], time.perf_counter()
    while time.perf_counter() - began < seconds or len(times) < 2:
        times.append(time_of(action)[0])
    return statistics.median(times[len(times) // 2:])


def all_pages(registry, path, field):
    names, pages = [], 0
    while path:
        answer = registry.expect(200, "GET", path)
        names += answer.json()[field]
        pages += 1
        link = answer.headers["Link"]
        target = urllib.parse.urlsplit(link[link.index("<") + 1:link.index(">")]) if link else None
        path = target and f"{target.path}?{target.query}"
    return names, pages


def time_of(action):
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


def print_figure(name, seconds, pages=1):
    print(json.dumps({"what": name, "ms": round(seconds * 1000, 2), "pages": pages}), flush=True)


def report(options):
    figures = []
    for line in sys.stdin:
        target, number, figure = line.split(" ", 2)
        figures.append({"target": target, "round": int(number), **json.loads(figure)})
    with open(options.json, "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)
    targets = list(dict.fromkeys(figure["target"] for figure in figures))
    print(f"{'milliseconds: median (least to most)':42}", *(f"{target:>28}" for target in targets))
    for what in dict.fromkeys(figure["what"] for figure in figures):
        cells = [cell([f["ms"] for f in figures if (f["target"], f["what"]) == (target, what)]) for target in targets]
        print(f"{what:42}", *(f"{text:>28}" for text in cells))


def cell(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, action, strings, numbers in (
            ("make", make, ("root",), ("repositories", "tags")),
            ("list", list_all, ("ca", "user", "password-file"), ("port", "page", "repositories", "tags", "again")),
            ("report", report, ("json",), ())):
        command = commands.add_parser(name)
        command.set_defaults(action=action)
        for option in strings:
            command.add_argument("--" + option, required=True)
        for option in numbers:
            command.add_argument("--" + option, required=True, type=int)
    options = parser.parse_args()
    options.action(options)


if __name__ == "__main__":
    main()

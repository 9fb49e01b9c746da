#!/usr/bin/env python3
"""Measures several ways to one registry by turns: each round takes every task to every target, in an order that rotates.

Prints a table and writes every single figure as JSON. Standard library only; the load comes from curl and wrk.
"""

import argparse
import json
import os
import re

from figures import Requests, Target, Transfer, at_once, line, output, ratio, run, transferred, wrk

PARALLEL = 4
# docker-registry hides OCI manifests from clients that do not name them.
ACCEPT = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
# What a password hash costs, who has such a one, and from how many connections requests come: nginx computes the hashes of
# all that wait before it answers one of them, and with many, or on a busy machine, it answers none within the seconds.
LOGINS = [("cost 5", "cheap", 32), ("cost 10", "dear", 8)]


def tasks_of(options):
    blob = f"/v2/bench/blob/blobs/{options.digest}"
    size = os.path.getsize(options.file)

    def whole(got):
        if got[0] != size:
            raise SystemExit(f"{got[0]} of {size} bytes")
        return got

    def get(target):
        return whole(transferred(target.curl("-o", "/dev/null", target.url + blob), "size_download"))

    def get_in_ranges(target):
        part = size // PARALLEL
        ranges = [f"{n * part}-{(n + 1) * part - 1}" for n in range(PARALLEL)]
        return at_once([target.curl("-o", "/dev/null", "-r", some, "-w", "%{size_download}\n", target.url + blob)
                        for some in ranges], part)

    def push(target, name):
        """An upload of that repository has begun; the command that sends the file."""
        head = output(target.curl("-o", "/dev/null", "-D", "-", "-X", "POST", "-H", "Content-Length: 0",
                                  target.url + f"/v2/bench/{name}/blobs/uploads/"))
        location = re.search(r"(?im)^location:\s*(\S+)", head)[1]
        location = location if location.startswith("http") else target.url + location
        address = f"{location}{'&' if '?' in location else '?'}digest={options.digest}"
        return target.curl("-o", "/dev/null", "-T", options.file, address)

    def put(target):
        return whole(transferred(push(target, "put"), "size_upload"))

    def put_at_once(target):
        # Each into a repository of its own: all of them carry the same content, and none waits for another's.
        return at_once([[*push(target, f"put-{n}"), "-w", "%{size_upload}\n"] for n in range(PARALLEL)], size)

    def small(path, user, connections):
        return lambda target: wrk(target, path, user, connections, options.seconds, ACCEPT)

    tasks = [
        Transfer("GET", get),
        Transfer(f"GET, {PARALLEL} ranges at once", get_in_ranges),
        Transfer("PUT", put),
        Transfer(f"PUT, {PARALLEL} at once", put_at_once),
    ]
    for cost, *login in LOGINS:
        tasks.append(Requests(f"GET of a manifest, bcrypt {cost}", small("/v2/bench/blob/manifests/1", *login)))
        tasks.append(Requests(f"GET of /v2/, bcrypt {cost}", small("/v2/", *login)))
    return [task for task in tasks if re.search(options.only, task.name)]


def table(tasks, targets, figures, base):
    for task in tasks:
        yield f"{task.name}"
        for target in targets:
            found = figures[task.name][target.name]
            text = line(target.name, found, task)
            compared = [ratio(found, figures[task.name][base], field) for field in ("speed", "cost")]
            if target.name != base and not target.direct and None not in compared:
                text += f"   x {compared[0]:.2f} speed, x {compared[1]:.2f} CPU of {base}"
            yield text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pids", required=True, help="directory with the process id of each target")
    parser.add_argument("--digest", required=True)
    parser.add_argument("--file", required=True, help="the blob of that digest")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=1, help="rounds that are not counted")
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement of small requests")
    parser.add_argument("--only", default="", help="regular expression: tasks to run")
    parser.add_argument("--base", default="nginx", help="the target that others are compared with")
    parser.add_argument("--json", required=True, help="file to write")
    parser.add_argument("targets", nargs="+", metavar="NAME=DIRECTORY")
    options = parser.parse_args()
    targets = [Target(text, options.pids) for text in options.targets]
    tasks = tasks_of(options)
    run(tasks, targets, options.warm_up, "warm-up")
    figures = run(tasks, targets, options.rounds, "round")
    for text in table(tasks, targets, figures, options.base):
        print(text)
    peaks = {target.name: target.peak_mib() for target in targets}
    print("peak RSS")
    for name, peak in peaks.items():
        print(f"  {name:<12} {peak:7d} MiB")
    with open(options.json, "w", encoding="utf-8") as file:
        json.dump({"bytes": os.path.getsize(options.file), "rounds": options.rounds, "cores": os.cpu_count(),
                   "figures": figures, "peakRssMiB": peaks}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()

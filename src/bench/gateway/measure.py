#!/usr/bin/env python3
"""Measures several ways to one registry by turns: each round takes every task to every target, in an order that rotates.

A target is NAME=DIRECTORY, as src/it/lib makes them: `port`, and for one with TLS and a login also `ca.crt` and `password`.
Prints a table and writes every single figure as JSON. Standard library only; the load comes from curl and wrk.
"""

import argparse
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import time

GIB = 1 << 30
MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")
PARALLEL = 4
# docker-registry hides OCI manifests from clients that do not name them.
ACCEPT = "Accept: application/vnd.oci.image.manifest.v1+json"
# What a password hash costs, who has such a one, and from how many connections requests come: nginx computes the hashes of
# all that wait before it answers one of them, and with many, or on a busy machine, it answers none within the seconds.
LOGINS = [("cost 5", "cheap", 32), ("cost 10", "dear", 8)]


class Target:
    """A way to the registry, and the processes whose time and memory it costs."""

    def __init__(self, name, directory, pids):
        self.name, self.directory = name, directory
        self.pid = int(read(os.path.join(pids, os.path.basename(directory))))
        self.ca = os.path.join(directory, "ca.crt")
        self.direct = not os.path.exists(self.ca)
        scheme, host = ("http", "127.0.0.1") if self.direct else ("https", "localhost")
        self.url = f"{scheme}://{host}:{read(os.path.join(directory, 'port'))}"

    def login(self, user):
        return [] if self.direct else ["-u", f"{user}:{read(os.path.join(self.directory, 'password'))}"]

    def authorization(self, user):
        if self.direct:
            return []
        pair = f"{user}:{read(os.path.join(self.directory, 'password'))}"
        return ["-H", "Authorization: Basic " + base64.b64encode(pair.encode()).decode()]

    def curl(self, *arguments):
        trust = [] if self.direct else ["--cacert", self.ca]
        return ["curl", "-sSf", "--http1.1", "--max-time", "300", *trust, *self.login("cheap"), *arguments]

    def processes(self):
        children = read(f"/proc/{self.pid}/task/{self.pid}/children").split()
        return [self.pid, *map(int, children)]

    def cpu(self):
        """Seconds of all processes so far, in user mode and in the kernel."""
        return sum(self.ticks(pid) for pid in self.processes()) / TICKS

    @staticmethod
    def ticks(pid):
        # The name in brackets may hold anything; user and system time are the 12th and 13th fields after it.
        fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def wait_until_idle(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            before = self.cpu()
            time.sleep(0.2)
            if self.cpu() - before < 1.5 / TICKS:
                return

    def peak_mib(self):
        peaks = [re.search(r"VmHWM:\s+(\d+)", read(f"/proc/{pid}/status")) for pid in self.processes()]
        return sum(int(peak[1]) for peak in peaks) // 1024


class Transfer:
    """Bytes in one direction: MiB/s, and CPU seconds of the target for each GiB."""

    speed_unit, cost_unit = "MiB/s", "CPU s/GiB"

    def __init__(self, name, move):
        self.name, self.move = name, move

    def measure(self, target):
        before, began = target.cpu(), time.monotonic()
        size, seconds = self.move(target)
        seconds = seconds or time.monotonic() - began
        return {"speed": size / MIB / seconds, "cost": (target.cpu() - before) / (size / GIB)}


class Requests:
    """Small requests from several connections: requests/s, and CPU milliseconds of the target for each."""

    speed_unit, cost_unit = "req/s", "CPU ms/req"

    def __init__(self, name, path, user, connections, seconds):
        self.name, self.path, self.user = name, path, user
        self.load = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-H", ACCEPT]

    def measure(self, target):
        before = target.cpu()
        out = output([*self.load, *target.authorization(self.user), target.url + self.path])
        count = int(re.search(r"(\d+) requests in", out)[1])
        if "Non-2xx" in out or "Socket errors" in out:
            raise SystemExit(f"{self.name} at {target.name}:\n{out}")
        # None at all is a figure too, but one without a cost for each.
        cost = (target.cpu() - before) * 1000 / count if count else None
        # Hashing may go on for clients that have left; the next target's figures must not have that in them.
        target.wait_until_idle()
        return {"speed": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), "cost": cost}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def transferred(command, field):
    """Runs curl, which tells bytes and seconds."""
    size, seconds = output([*command, "-w", f"%{{{field}}} %{{time_total}}"]).split()
    return int(size), float(seconds)


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
        ranges = [f"{n * part}-{size - 1 if n == PARALLEL - 1 else (n + 1) * part - 1}" for n in range(PARALLEL)]
        running = [subprocess.Popen(target.curl("-o", "/dev/null", "-r", some, "-w", "%{size_download}\n", target.url + blob),
                                    stdout=subprocess.PIPE, text=True) for some in ranges]
        return whole((sum(int(curl.communicate()[0] or 0) for curl in running), None))

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
        commands = [[*push(target, f"put-{n}"), "-w", "%{size_upload}\n"] for n in range(PARALLEL)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
        sent = [int(curl.communicate()[0] or 0) for curl in running]
        if sent != [size] * PARALLEL:
            raise SystemExit(f"{sent} of {size} bytes each")
        return sum(sent), None

    tasks = [
        Transfer("GET", get),
        Transfer(f"GET, {PARALLEL} ranges at once", get_in_ranges),
        Transfer("PUT", put),
        Transfer(f"PUT, {PARALLEL} at once", put_at_once),
    ]
    for cost, *login in LOGINS:
        tasks.append(Requests(f"GET of a manifest, bcrypt {cost}", "/v2/bench/blob/manifests/1", *login, options.seconds))
        tasks.append(Requests(f"GET of /v2/, bcrypt {cost}", "/v2/", *login, options.seconds))
    return [task for task in tasks if re.search(options.only, task.name)]


def run(tasks, targets, rounds, note):
    """Figures by task and target, in the order of the rounds."""
    figures = {task.name: {target.name: [] for target in targets} for task in tasks}
    for number in range(rounds):
        turn = number % len(targets)
        for task in tasks:
            for target in targets[turn:] + targets[:turn]:
                figure = task.measure(target)
                figures[task.name][target.name].append(figure)
                print(f"{note} {number + 1}: {task.name}, {target.name}: {figure['speed']:.0f} {task.speed_unit}",
                      file=sys.stderr, flush=True)
    return figures


def ratio(ours, theirs, field):
    """Median of the ratios in the same round: what slows the machine down for a while slows both. None if there is none."""
    pairs = [mine[field] / other[field] for mine, other in zip(ours, theirs) if mine[field] is not None and other[field]]
    return statistics.median(pairs) if pairs else None


def table(tasks, targets, figures, base):
    for task in tasks:
        yield f"{task.name}"
        for target in targets:
            found = figures[task.name][target.name]
            speeds = [figure["speed"] for figure in found]
            costs = [figure["cost"] for figure in found if figure["cost"] is not None]
            cost = f"{statistics.median(costs):.2f}" if costs else "?"
            line = (f"  {target.name:<12} {statistics.median(speeds):7.0f} {task.speed_unit} ({min(speeds):.0f}-{max(speeds):.0f})"
                    f"  {cost:>6} {task.cost_unit}")
            compared = [ratio(found, figures[task.name][base], field) for field in ("speed", "cost")]
            if target.name != base and not target.direct and None not in compared:
                line += f"   x {compared[0]:.2f} speed, x {compared[1]:.2f} CPU of {base}"
            yield line


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
    targets = [Target(*target.split("=", 1), options.pids) for target in options.targets]
    tasks = tasks_of(options)
    run(tasks, targets, options.warm_up, "warm-up")
    figures = run(tasks, targets, options.rounds, "round")
    for line in table(tasks, targets, figures, options.base):
        print(line)
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

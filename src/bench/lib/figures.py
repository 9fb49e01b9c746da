"""What the benches share that compare several servers: processes and what they cost, tasks, rounds, ratios. Standard library only.

A target is NAME=DIRECTORY, as src/it/lib makes them: `port`, and for one with TLS and a login also `ca.crt` and `password`. Where
several processes make a target, NAME=DIRECTORY+DIRECTORY: the first is the one that is asked, all of them cost.
"""

import base64
import os
import re
import statistics
import subprocess
import sys
import time

GIB = 1 << 30
MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


class Target:
    """A way to a registry, and the processes whose time and memory it costs."""

    def __init__(self, text, pids):
        self.name, directories = text.split("=", 1)
        self.directory, *behind = directories.split("+")
        self.pids = [int(read(os.path.join(pids, os.path.basename(place)))) for place in (self.directory, *behind)]
        self.ca = os.path.join(self.directory, "ca.crt")
        self.direct = not os.path.exists(self.ca)
        self.port = int(read(os.path.join(self.directory, "port")))
        scheme, host = ("http", "127.0.0.1") if self.direct else ("https", "localhost")
        self.url = f"{scheme}://{host}:{self.port}"

    def login(self, user):
        """user:password, or None where nobody asks."""
        return None if self.direct else f"{user}:{read(os.path.join(self.directory, 'password'))}"

    def authorization(self, user):
        login = self.login(user)
        return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}

    def curl(self, *arguments, user="cheap"):
        trust = [] if self.direct else ["--cacert", self.ca, "-u", self.login(user)]
        return ["curl", "-sSf", "--http1.1", "--max-time", "300", *trust, *arguments]

    def processes(self):
        return [*self.pids, *(int(child) for pid in self.pids for child in read(f"/proc/{pid}/task/{pid}/children").split())]

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
    """Bytes: MiB/s, and CPU seconds of the target for each GiB. `move` tells bytes, seconds (None: the whole call), and more."""

    speed_unit, cost_unit = "MiB/s", "CPU s/GiB"

    def __init__(self, name, move, without=()):
        self.name, self.move, self.without = name, move, without

    def measure(self, target):
        before, began = target.cpu(), time.monotonic()
        size, seconds, *more = self.move(target)
        seconds = seconds or time.monotonic() - began
        return {"speed": size / MIB / seconds, "cost": (target.cpu() - before) / (size / GIB), **(more[0] if more else {})}


class Requests:
    """Small requests from several connections: requests/s, and CPU milliseconds of the target for each."""

    speed_unit, cost_unit = "req/s", "CPU ms/req"

    def __init__(self, name, load, without=()):
        """`load` makes them, and tells how many, and how many in a second."""
        self.name, self.load, self.without = name, load, without

    def measure(self, target):
        before = target.cpu()
        count, speed = self.load(target)
        # None at all is a figure too, but one without a cost for each.
        cost = (target.cpu() - before) * 1000 / count if count else None
        # Hashing may go on for clients that have left; the next target's figures must not have that in them.
        target.wait_until_idle()
        return {"speed": speed, "cost": cost}


def wrk(target, path, user, connections, seconds, headers=None):
    """One thread, which is enough to keep more than one core busy on the other side."""
    fields = {**target.authorization(user), **(headers or {})}
    out = output(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
                  *(part for name, value in fields.items() for part in ("-H", f"{name}: {value}")), target.url + path])
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{path} at {target.name}:\n{out}")
    return int(re.search(r"(\d+) requests in", out)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def transferred(command, field):
    """Runs curl, which tells bytes and seconds."""
    size, seconds = output([*command, "-w", f"%{{{field}}} %{{time_total}}"]).split()
    return int(size), float(seconds)


def at_once(commands, size):
    """Runs curls beside each other, each of which writes its bytes, a line for each transfer, and has to move this many."""
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    moved = [sum(map(int, curl.communicate()[0].split())) for curl in running]
    if moved != [size] * len(commands):
        raise SystemExit(f"{moved} of {size} bytes each")
    return sum(moved), None


def run(tasks, targets, rounds, note, after_round=lambda figures: None):
    """Figures by task and target, in the order of the rounds, each of which begins with another target."""
    figures = {task.name: {target.name: [] for target in targets if target.name not in task.without} for task in tasks}
    for number in range(rounds):
        turn = number % len(targets)
        for task in tasks:
            for target in targets[turn:] + targets[:turn]:
                if target.name in task.without:
                    continue
                figure = task.measure(target)
                figures[task.name][target.name].append(figure)
                print(f"{note} {number + 1}: {task.name}, {target.name}: {figure['speed']:.0f} {task.speed_unit}",
                      file=sys.stderr, flush=True)
        after_round(figures)
    return figures


def ratio(ours, theirs, field):
    """Median of the ratios in the same round: what slows the machine down for a while slows both. None if there is none."""
    pairs = [mine[field] / other[field] for mine, other in zip(ours, theirs) if mine[field] is not None and other[field]]
    return statistics.median(pairs) if pairs else None


def median(found, field):
    """None if no round has the field."""
    values = [figure[field] for figure in found if figure.get(field) is not None]
    return statistics.median(values) if values else None


def line(target, found, task):
    """The part of a table's line that is about one target."""
    speeds = [figure["speed"] for figure in found]
    cost = median(found, "cost")
    shown = "?" if cost is None else f"{cost:.3f}" if cost < 0.1 else f"{cost:.2f}"
    return (f"  {target:<12} {statistics.median(speeds):7.0f} {task.speed_unit} ({min(speeds):.0f}-{max(speeds):.0f})"
            f"  {shown:>6} {task.cost_unit}")

#!/usr/bin/env python3
"""Prints the table of docs/performance.md from the JSON that measure.py writes."""

import json
import sys

NAMES = {"wharfgate": "Wharfgate", "registry": "docker-registry", "nginx": "nginx → docker-registry", "static": "nginx, files"}


def cell(found):
    if found is None:
        return "–"
    speed = found["speed"]
    text = f"{speed:.0f} {found['unit']}" if speed >= 10 else f"{speed:.2g} {found['unit']}"
    if found["cost"] is not None:
        text += f", {found['cost']:.2g} {found['costUnit']}"
    if found["commitMs"] is not None:
        text += f", answer after {found['commitMs']:.0f} ms"
    if found["speedOfUs"] is not None and found["speedOfUs"] != 1:
        text += f" (**× {found['speedOfUs']:.3g}**" + (f", CPU × {found['cpuOfUs']:.2g})" if found["cpuOfUs"] is not None else ")")
    return text


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        bench = json.load(file)
    targets = list(bench["peakRssMiB"])
    print("|", " | ".join(["", *(NAMES.get(target, target) for target in targets)]), "|")
    print("|---" * (len(targets) + 1) + "|")
    for name, row in bench["rows"].items():
        print("|", " | ".join([name, *(cell(row.get(target)) for target in targets)]), "|")
    print("|", " | ".join(["peak RSS", *(f"{peak} MiB" for peak in bench["peakRssMiB"].values())]), "|")


main()

#!/usr/bin/env python3
"""Reads what the OCI conformance suite reported: fails unless every test ran and passed, and every API and kind of data.

junit.xml counts the tests; what was switched off before any test is only in the lists that the program prints.
"""

import re
import sys
import xml.etree.ElementTree

SECTION = re.compile(r"^(API|Data) conformance:$")
LINE = re.compile(r"^  (\S.*?)\.*: +(\S+)$")
# Fewer would mean that this program no longer understands the suite.
AT_LEAST = {"tests": 500, "API": 25, "Data": 20}


def counts(junit):
    """Sums over all suites; a count that is zero may be missing."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped", "disabled"), 0)
    for suite in junit.getroot().iter("testsuite"):
        for name in total:
            total[name] += int(suite.get(name, "0"))
    return total


def not_passed(junit):
    for case in junit.getroot().iter("testcase"):
        if case.get("status") != "passed":
            yield f"{case.get('status')}: {case.get('name')}: {(case.findtext('system-out') or '').strip()[:400]}"


def sections(text):
    """{"API": {"Ping": "Pass", ...}, "Data": {...}}"""
    found, current = {"API": {}, "Data": {}}, None
    for line in text.splitlines():
        begins = SECTION.match(line)
        entry = LINE.match(line)
        if begins:
            current = found[begins[1]]
        elif not line:
            current = None
        elif current is not None and entry:
            current[entry[1]] = entry[2]
    return found


def main():
    junit = xml.etree.ElementTree.parse(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8", errors="replace") as file:
        found = sections(file.read())
    total = counts(junit)
    wrong = [f"{name}: {total[name]}" for name in ("failures", "errors", "skipped", "disabled") if total[name]]
    if wrong:
        wrong += not_passed(junit)
    for kind, entries in found.items():
        wrong += [f"{kind} {name}: {status}" for name, status in entries.items() if status != "Pass"]
    for name, size in [("tests", total["tests"]), *((kind, len(entries)) for kind, entries in found.items())]:
        if size < AT_LEAST[name]:
            wrong.append(f"only {size} of {name} reported: has the suite changed?")
    for line in wrong:
        print(line)
    print(f"{total['tests']} tests, {len(found['API'])} APIs, {len(found['Data'])} kinds of data, "
          + ("all passed" if not wrong else "not all passed"))
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()

"""Starts a command again and again, until its first answered ping, and prints what that took."""

import argparse
import http.client
import os
import re
import signal
import ssl
import subprocess
import sys
import time


# Once: reading the system's authorities for each attempt would keep one of two cores busy, beside the server that is measured.
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE


def answers(port):
    """A new TLS connection and a ping; anything that fails is tried again."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=CONTEXT, timeout=10)
    try:
        connection.request("GET", "/v2/")
        return connection.getresponse().status == 401
    except OSError:
        return False
    finally:
        connection.close()


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def one_start(options):
    began = time.monotonic()
    process = subprocess.Popen(options.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(options.port):
            if process.poll() is not None:
                sys.exit(f"ended with {process.returncode}: {' '.join(options.command)}")
            time.sleep(0.005)
        seconds = time.monotonic() - began
        used = processor_seconds(process.pid)
        time.sleep(options.idle)
        return seconds, used, resident_mib(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--idle", type=float, default=5)
    parser.add_argument("--name", required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    # The first start reads the files from the disk, and is another question.
    one_start(options)
    seconds, used, resident = zip(*(one_start(options) for _ in range(options.rounds)))
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"{options.name:<28} {min(seconds):6.2f} s least {middle:6.2f} s median "
          f"{min(used):6.2f} s of processor {min(resident):6.0f} MiB least {max(resident):6.0f} most", flush=True)


main()

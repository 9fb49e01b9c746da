#!/usr/bin/env python3
"""Sends what no good client sends, byte by byte over TLS, and checks the answers. Prints one line for each case.

A case passes when the status is one of those allowed, the body is OCI error JSON (with the code, where one is named),
and nothing else was answered on the connection: a second answer would mean that a smuggled request was obeyed.
"""

import argparse
import base64
import json
import os
import re
import socket
import ssl
import sys
import time

from registry import MANIFEST, Registry, digest_of, manifest_of

WAIT = 15
EMPTY = digest_of(b"")
UPLOADS = "/v2/bad/input/blobs/uploads/"
SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
SMUGGLED = "GET /v2/smuggled/tags/list HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Wire:
    """A connection on which every byte is ours."""

    def __init__(self, options, tls=True):
        self.socket = socket.create_connection(("localhost", options.port), timeout=WAIT)
        if tls:
            context = ssl.create_default_context(cafile=options.ca)
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.socket.close()

    def send(self, content):
        self.socket.sendall(content if isinstance(content, bytes) else content.encode("latin-1"))

    def break_off(self):
        """Ends the connection in the middle, and waits for the server to have seen it.

        By FIN: closing at once would reset it, since there are unread TLS session tickets, and a reset may overtake what
        was sent before it.
        """
        self.socket.shutdown(socket.SHUT_WR)
        self.read_all()

    def read_all(self):
        """Until the server closes, or falls silent for good; a cut connection ends it too."""
        content = b""
        try:
            while more := self.socket.recv(65536):
                content += more
        except OSError:
            pass
        return content

    def read_answer(self):
        """One answer with Content-Length: status and body."""
        content = b""
        while b"\r\n\r\n" not in content:
            more = self.socket.recv(65536)
            if not more:
                raise AssertionError(f"closed before an answer was whole: {content[:200]!r}")
            content += more
        head, body = content.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        while length and len(body) < int(length[1]):
            body += self.socket.recv(65536)
        return int(head.split(b" ")[1]), body


class Suite:
    def __init__(self, options, password):
        self.options = options
        self.failed = 0
        self.registry = Registry(options.port, options.ca, options.user, password, timeout=WAIT)
        pair = base64.b64encode(f"{options.user}:{password}".encode()).decode()
        self.authorization = f"Authorization: Basic {pair}\r\n"

    def case(self, name, check):
        try:
            check()
            print(f"ok    {name}")
        except (AssertionError, OSError, ValueError, KeyError) as wrong:
            self.failed += 1
            print(f"WRONG {name}: {wrong!r}"[:400])

    # --- requests that are well-formed HTTP

    def refused(self, method, path, statuses, code=None, body=None, headers=None):
        answer = self.registry.request(method, path, body, headers)
        if answer.status not in statuses:
            raise AssertionError(f"expected {statuses}, got {answer}")
        check_error(answer.body, code)

    def head_of(self, method, target, *headers, authorized=True):
        lines = "".join(header + "\r\n" for header in headers)
        return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{self.authorization if authorized else ''}{lines}"

    # --- requests that are not

    def raw(self, request, statuses, json_error=True):
        """Exactly one answer; with an empty set of statuses, closing without any is right too."""
        with Wire(self.options) as wire:
            try:
                wire.send(request)
            except OSError:
                pass  # the server may have read enough; what it answered, if anything, counts
            content = wire.read_all()
        answers = re.findall(rb"HTTP/1\.[01] (\d{3})", content)
        if not answers and None in statuses:
            return
        if len(answers) != 1 or int(answers[0]) not in statuses:
            raise AssertionError(f"expected one answer of {statuses}, got {answers}: {content[:300]!r}")
        if json_error:
            check_error(content.split(b"\r\n\r\n", 1)[1])


def check_error(body, code=None):
    errors = json.loads(body)["errors"]
    if not errors[0]["code"] or "message" not in errors[0]:
        raise AssertionError(f"not an OCI error: {body[:200]!r}")
    if code and errors[0]["code"] != code:
        raise AssertionError(f"code {errors[0]['code']}, expected {code}")
    if re.search(rb"Exception|\bat [a-z]+\.|/var/|/tmp/", body):
        raise AssertionError(f"tells about the inside: {body[:300]!r}")


def paths(suite):
    for name, path in {
        "dot segments in the name": "/v2/bad/../../../etc/passwd/manifests/latest",
        "one dot segment": "/v2/bad/./input/manifests/latest",
        "encoded dot segments": "/v2/%2e%2e/%2e%2e/etc/manifests/latest",
        "half encoded dot segments": "/v2/bad/.%2e/input/manifests/latest",
        "encoded slash in the name": "/v2/bad%2Finput/manifests/latest",
        "encoded slash in the tag": "/v2/bad/input/manifests/la%2Ftest",
        "twice encoded slash": "/v2/bad%252Finput/manifests/latest",
        "NUL in the name": "/v2/bad%00/input/manifests/latest",
        "NUL in the tag": "/v2/bad/input/manifests/la%00test",
        "encoded backslash": "/v2/bad%5C..%5Cinput/manifests/latest",
        "empty segment": "/v2/bad//input/manifests/latest",
        "parameter in the path": "/v2/bad;p=1/input/manifests/latest",
        "upper case in the name": "/v2/Bad/Input/manifests/latest",
        "underscore in front": "/v2/_uploads/input/manifests/latest",
        "name of 300 characters": f"/v2/{'a' * 300}/manifests/latest",
        "tag of 129 characters": f"/v2/bad/input/manifests/{'t' * 129}",
        "tag with a dot in front": "/v2/bad/input/manifests/.hidden",
        "encoded newline": "/v2/bad%0Ainput/manifests/latest",
        "UTF-8 in the name": "/v2/b%C3%A4d/manifests/latest",
    }.items():
        for method in ("GET", "PUT"):
            body = b"{}" if method == "PUT" else None
            suite.case(f"{name} ({method})", lambda m=method, p=path, b=body: suite.refused(m, p, {400}, body=b))
    suite.case("dot segments that leave v2", lambda: suite.refused("GET", "/v2/../v2/bad/manifests/../latest", {400, 404}))
    suite.case("upload id with dot segments", lambda: suite.refused(
        "PATCH", UPLOADS + "..%2f..%2f..%2fetc", {400, 404}, body=b"x"))
    suite.case("backslash as it is", lambda: suite.raw(
        suite.head_of("GET", "/v2/bad\\..\\input/manifests/latest", "Connection: close") + "\r\n", {400}, json_error=False))
    suite.case("mount from a name with dot segments", lambda: suite.refused(
        "POST", f"{UPLOADS}?mount={EMPTY}&from=../../etc", {400}, body=b""))


def digests(suite):
    def wrong_digest():
        location = suite.registry.start_upload("bad/input")
        other = digest_of(b"something else")
        suite.refused("PUT", with_digest(location, other), {400}, "DIGEST_INVALID", b"content")
        suite.registry.expect(404, "HEAD", f"/v2/bad/input/blobs/{other}")
        suite.registry.expect(404, "HEAD", f"/v2/bad/input/blobs/{digest_of(b'content')}")
        suite.registry.expect(404, "GET", location)

    suite.case("wrong digest, nothing kept", wrong_digest)
    for digest in ("sha256:nonsense", "sha256:" + "A" * 64, "sha256:", "md5:" + "0" * 32, "sha256:" + "0" * 63, "nonsense",
                   "sha256:../../../../etc/passwd", "sha999:" + "0" * 64):
        suite.case(f"digest {digest[:24]}", lambda d=digest: suite.refused(
            "PUT", with_digest(suite.registry.start_upload("bad/input"), d), {400}, "DIGEST_INVALID", b"content"))
    suite.case("malformed digest of a blob", lambda: suite.refused(
        "GET", "/v2/bad/input/blobs/sha256:nonsense", {400}, "DIGEST_INVALID"))


def with_digest(location, digest):
    return location + ("&" if "?" in location else "?") + "digest=" + digest


def chunks(suite):
    def out_of_order():
        location = suite.registry.append(suite.registry.start_upload("bad/input"), b"0123456789")
        for start, end in ((0, 9), (5, 14), (11, 20)):
            answer = suite.registry.request("PATCH", location, b"x" * 10, {"Content-Range": f"{start}-{end}"})
            if answer.status != 416 or answer.headers["Range"] != "0-9" or not answer.headers["Location"]:
                raise AssertionError(f"chunk at {start}: {answer} {dict(answer.headers)}")
        suite.refused("PUT", with_digest(location, EMPTY), {416}, body=b"x" * 10, headers={"Content-Range": "3-12"})
        suite.registry.expect(204, "GET", location)

    def length_is_not_range():
        location = suite.registry.start_upload("bad/input")
        suite.refused("PATCH", location, {400, 416}, body=b"x" * 10, headers={"Content-Range": "0-99"})
        suite.refused("PATCH", location, {400, 416}, body=b"x" * 10, headers={"Content-Range": "nonsense"})

    def truncated(framing, *pieces):
        location = suite.registry.start_upload("bad/input")
        with Wire(suite.options) as wire:
            wire.send(suite.head_of("PATCH", location, framing) + "\r\n")
            for piece in pieces:
                wire.send(piece)
            wire.break_off()
        # The last bytes may be on their way to the disk still: what is reported in the end is what counts.
        answer = None
        for _ in range(WAIT * 10):
            answer = suite.registry.request("GET", location)
            if answer.status == 204 and answer.headers["Range"] == "0-999":
                break
            time.sleep(0.1)
        if answer.status != 204 or answer.headers["Range"] != "0-999":
            raise AssertionError(f"after the cut: {answer} {answer.headers['Range']}")
        content = b"a" * 1000 + b"b"
        # 409 is the answer as long as the broken request still holds the upload.
        for _ in range(WAIT * 10):
            answer = suite.registry.request("PUT", with_digest(location, digest_of(content)), b"b")
            if answer.status != 409:
                break
            time.sleep(0.1)
        if answer.status != 201:
            raise AssertionError(f"going on after the cut: {answer}")

    suite.case("chunks out of order", out_of_order)
    suite.case("length that is not the range's", length_is_not_range)
    suite.case("body cut short, with a length", lambda: truncated("Content-Length: 5000", b"a" * 1000))
    suite.case("body cut short, in chunks", lambda: truncated(
        "Transfer-Encoding: chunked", b"3e8\r\n", b"a" * 1000, b"\r\n"))
    suite.case("upload that does not exist", lambda: suite.refused(
        "PATCH", UPLOADS + "00000000-0000-4000-8000-000000000000", {404}, "BLOB_UPLOAD_UNKNOWN", b"x"))


def manifests(suite):
    put = "/v2/bad/input/manifests/1"
    config, layer = suite.registry.push_blob("bad/input", b"{}"), suite.registry.push_blob("bad/input", b"layer")
    good = manifest_of((config, 2), [(layer, 5)])
    missing = manifest_of((config, 2), [(digest_of(b"never pushed"), 12)])
    twice = good.replace(b'"schemaVersion": 2', b'"schemaVersion": 2, "schemaVersion": 2')
    assert twice != good

    def refused(name, body, statuses, code=None, media_type=MANIFEST):
        suite.case(name, lambda: suite.refused("PUT", put, statuses, code, body, {"Content-Type": media_type}))

    refused("manifest without its blob", missing, {400, 404}, "MANIFEST_BLOB_UNKNOWN")
    refused("manifest with a key twice", twice, {400}, "MANIFEST_INVALID")
    refused("manifest that is not JSON", b"<html>", {400}, "MANIFEST_INVALID")
    refused("manifest with something behind it", good + b"{}", {400}, "MANIFEST_INVALID")
    refused("manifest that is empty", b"", {400}, "MANIFEST_INVALID")
    refused("manifest that is cut", good[:-5], {400}, "MANIFEST_INVALID")
    refused("manifest with another media type inside", good, {400}, "MANIFEST_INVALID",
            "application/vnd.oci.image.index.v1+json")
    refused("manifest nested 10000 deep", b"[" * 10000 + b"]" * 10000, {400}, "MANIFEST_INVALID")
    suite.case("manifest of 5 MiB", lambda: too_large(suite, put, f"Content-Length: {5 << 20}", b"{" * 65536))
    suite.case("manifest of 4 MiB and a byte, in chunks", lambda: too_large(
        suite, put, "Transfer-Encoding: chunked", f"{(4 << 20) + 1:x}\r\n".encode() + b"{" * ((4 << 20) + 1)))
    refused("schema 1", b'{"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[]}', {400, 415}, None, SCHEMA1)
    suite.case("manifest by a wrong digest", lambda: suite.refused(
        "PUT", f"/v2/bad/input/manifests/{EMPTY}", {400}, "DIGEST_INVALID", good, {"Content-Type": MANIFEST}))
    suite.case("none of them is there", lambda: suite.registry.expect(404, "GET", put))


def too_large(suite, path, framing, piece):
    """Sends no more than shows that it is too much, then only listens."""
    with Wire(suite.options) as wire:
        wire.send(suite.head_of("PUT", path, f"Content-Type: {MANIFEST}", framing) + "\r\n")
        wire.send(piece)
        status, body = wire.read_answer()
    if status != 413:
        raise AssertionError(f"expected 413, got {status} {body[:200]!r}")
    check_error(body)


def lists(suite):
    for query in ("n=-1", "n=abc", "n=1.5"):
        suite.case(f"catalog with {query}", lambda q=query: suite.refused("GET", f"/v2/_catalog?{q}", {400}))
    suite.case("a path that is none", lambda: suite.refused("GET", "/v2/bad/input/nonsense/x", {404}))
    suite.case("a method that is none", lambda: suite.refused("PATCH", "/v2/bad/input/tags/list", {405}))


def smuggling(suite):
    """RFC 9112 section 6: a request whose length two readers may understand differently is refused, and the connection ends."""
    target = UPLOADS
    body = "0\r\n\r\n" + SMUGGLED
    shapes = {
        "length and chunks": ["Content-Length: 5", "Transfer-Encoding: chunked"],
        "two lengths": ["Content-Length: 0", "Content-Length: 5"],
        "list of lengths": ["Content-Length: 0, 5"],
        "length with a sign": ["Content-Length: +5"],
        "length in hex": ["Content-Length: 0x5"],
        "unknown coding": ["Transfer-Encoding: xchunked"],
        "gzip and chunks": ["Transfer-Encoding: gzip, chunked"],
        "chunks and identity": ["Transfer-Encoding: chunked, identity"],
        "identity": ["Transfer-Encoding: identity"],
        "chunks twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        "space before the colon": ["Transfer-Encoding : chunked"],
        "vertical tab before the value": ["Transfer-Encoding:\x0bchunked"],
        "two hosts": ["Host: elsewhere", "Content-Length: 0"],
    }
    for name, headers in shapes.items():
        suite.case(f"smuggling: {name}", lambda h=headers: suite.raw(
            suite.head_of("POST", target, *h) + "\r\n" + body, {400, 501}, json_error=False))
    # RFC 9112 section 5.2 lets a server read a folded line as one with a space; then it has to be chunks, to the last byte.
    suite.case("smuggling: folded header", lambda: suite.raw(
        suite.head_of("POST", target, "Transfer-Encoding:\r\n chunked", "Connection: close") + "\r\n" + body,
        {202, 400, 501}, json_error=False))
    suite.case("smuggling: chunks in HTTP/1.0", lambda: suite.raw(
        suite.head_of("POST", target, "Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0") + "\r\n" + body,
        {400, 501}, json_error=False))
    suite.case("smuggling: bare line feeds", lambda: suite.raw(
        (suite.head_of("POST", target, "Content-Length: 0") + "\r\n").replace("\r\n", "\n") + SMUGGLED, {400}, json_error=False))
    suite.case("no Host", lambda: suite.raw(
        f"GET /v2/ HTTP/1.1\r\n{suite.authorization}\r\n", {400}, json_error=False))
    suite.case("header of 1 MiB", lambda: suite.raw(
        suite.head_of("GET", "/v2/", "X-Large: " + "x" * (1 << 20)) + "\r\n", {400, 413, 431, None}, json_error=False))
    suite.case("chunk length that is none", lambda: broken_chunk(suite, b"zz\r\nabc\r\n0\r\n\r\n"))
    # Undertow's chunk reader skips to the end of the line behind a chunk. No request comes out of it, and the digest of the
    # upload would be wrong, so 202 is let pass here.
    suite.case("chunk longer than said", lambda: broken_chunk(suite, b"1\r\nabc\r\n0\r\n\r\n", {202}))
    suite.case("chunk length out of range", lambda: broken_chunk(suite, b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"))


def broken_chunk(suite, body, also=frozenset()):
    location = suite.registry.start_upload("bad/input")
    head = suite.head_of("PATCH", location, "Transfer-Encoding: chunked", "Connection: close")
    suite.raw(head + "\r\n" + body.decode(), {400, None, *also}, json_error=False)


def refusals_in_time(suite):
    def early(*headers):
        """100 MB announced, 64 KiB sent, then silence: only a server that answers without the body answers at all."""
        with Wire(suite.options) as wire:
            wire.send(suite.head_of("PATCH", UPLOADS + "00000000-0000-4000-8000-000000000000", *headers, authorized=False)
                      + "\r\n")
            wire.send(b"10000\r\n" + os.urandom(65536) if "chunked" in headers[0] else os.urandom(65536))
            status, body = wire.read_answer()
        if status != 401:
            raise AssertionError(f"expected 401, got {status}")
        check_error(body, "UNAUTHORIZED")

    def keeps_sending():
        """The same for a client that reads only when it has sent all it can."""
        sent = 0
        with Wire(suite.options) as wire:
            wire.send(suite.head_of("PUT", "/v2/bad/input/manifests/1", "Content-Length: 100000000", authorized=False) + "\r\n")
            try:
                while sent < 100_000_000:
                    wire.send(b"\0" * 65536)
                    sent += 65536
            except OSError:
                pass
        if sent >= 100_000_000:
            raise AssertionError("the whole body was taken from a client without a password")

    suite.case("early 401, with a length", lambda: early("Content-Length: 100000000"))
    suite.case("early 401, in chunks", lambda: early("Transfer-Encoding: chunked"))
    suite.case("a client without a password cannot send on and on", keeps_sending)


def plain_http(suite):
    def plain():
        with Wire(suite.options, tls=False) as wire:
            wire.send("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            content = wire.read_all()
        if not re.match(rb"HTTP/1\.[01] 400 ", content):
            raise AssertionError(f"expected 400, got {content[:200]!r}")

    def garbage():
        with Wire(suite.options, tls=False) as wire:
            wire.send(bytes(range(1, 20)) * 50)
            wire.read_all()

    suite.case("plain HTTP on the TLS port", plain)
    suite.case("garbage on the TLS port", garbage)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        suite = Suite(options, file.read().strip())
    for group in (paths, digests, chunks, manifests, lists, smuggling, refusals_in_time, plain_http):
        group(suite)
        suite.case(f"after {group.__name__} the server goes on", lambda: suite.registry.expect(200, "GET", "/v2/"))
    if suite.failed:
        sys.exit(f"FAILED: {suite.failed} cases")


if __name__ == "__main__":
    main()

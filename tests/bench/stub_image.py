"""The image that the stub of Docker has: three small layers, of which the server has two."""
import hashlib
import io
import json
import tarfile


def tar_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def files():
    """Path below /bench → bytes: what the stub prints for inspect, save and cp."""
    layers = [tar_of([(f"layer{n}", bytes(1000 * n))]) for n in (1, 2, 3)]
    diff_ids = [f"sha256:{digest(layer)}" for layer in layers]
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/answer"]},
                         "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
    paths = [f"blobs/sha256/{digest(layer)}" for layer in layers]
    manifest = [{"Config": f"blobs/sha256/{digest(config)}", "RepoTags": [], "Layers": paths}]
    saved = [(f"blobs/sha256/{digest(config)}", config), *zip(paths, layers),
             ("manifest.json", json.dumps(manifest).encode())]
    inspected = [{"Id": f"sha256:{digest(config)}", "RepoTags": [], "Architecture": "amd64", "Size": 12000,
                  "Config": {"User": ""}, "RootFS": {"Type": "layers", "Layers": diff_ids}}]
    there = {"id": f"sha256:{7:064d}", "tags": [], "layers": diff_ids[:2]}
    return {"stub-image.tar": tar_of(saved), "stub-image.json": json.dumps(inspected).encode(),
            "stub-server-image.json": json.dumps(there).encode() + b"\n",
            "stub-proxy.tar": tar_of([("kamal-proxy.state", b"[]")])}

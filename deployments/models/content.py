"""Files under their hashes. A manifest names every file of a version or draft: {id of the path: id of the blob}.

Interned ids keep a version of 300 files at 1 kB. Ids never change their meaning, so what they stand for is remembered
by each process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from django.db import models
from django.db.models.expressions import RawSQL

from deployments.keeping import forgets
from deployments.models.agent import Agent
from deployments.models.manifest import Manifest as Manifest  # part of what this module speaks of

BATCH = 500


class Path(models.Model):
    """A file's path, once an agent."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="paths")
    name = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "name"], name="one_path_a_name")]

    def __str__(self) -> str:
        return self.name


class Blob(models.Model):
    """The bytes of a file under their hash, once an agent: a hash never opens another workspace's content."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="blobs")
    hash = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "hash"], name="one_blob_a_hash")]

    def __str__(self) -> str:
        return self.hash


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of(hashes: Mapping[str, str]) -> str:
    """One hash for a whole manifest, given as {path: hash of the blob}."""
    return hash_of(lines_of(hashes))


def lines_of(hashes: Mapping[str, str]) -> bytes:
    """What a digest is made of, for these files of it."""
    return "".join(f"{path}\0{hashes[path]}\n" for path in sorted(hashes)).encode()


def store(agent: Agent, files: Mapping[str, bytes]) -> Manifest:
    """Keep these files; the manifest that names them. What is kept already is not sent again."""
    hashes = {path: hash_of(content) for path, content in files.items()}
    paths = _interned(agent, files)
    blobs = dict(agent.blobs.filter(hash__in=set(hashes.values())).values_list("hash", "id"))
    new = {hashes[path]: content for path, content in files.items() if hashes[path] not in blobs}
    new = dict(sorted(new.items()))  # in one order, so that two writers of the same blobs never wait for each other
    Blob.objects.bulk_create(
        (Blob(agent=agent, hash=key, size=len(content), content=content) for key, content in new.items()),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    blobs |= dict(agent.blobs.filter(hash__in=new).values_list("hash", "id"))
    return {str(paths[path]): blobs[hashes[path]] for path in files}


def files_of(agent: Agent, manifest: Manifest) -> dict[str, str]:
    """{path: id of the blob as text} of a manifest, in the order of the paths. Equal ids mean equal bytes."""
    names = names_of(agent, manifest)
    files = dict(zip(map(names.__getitem__, manifest), map(str, manifest.values()), strict=True))
    return {path: files[path] for path in sorted(files)}


def load(agent: Agent, blobs: Collection[str]) -> dict[str, bytes]:
    """The bytes of these blobs of the agent, by id."""
    rows = agent.blobs.filter(pk__in=_any_of(int(blob) for blob in blobs)).values_list("pk", "content")
    return {str(key): bytes(content) for key, content in rows}


def hashes(agent: Agent, blobs: Collection[str]) -> dict[str, str]:
    """The hashes of these blobs of the agent, by id."""
    return {str(blob): hash_ for blob, (hash_, _) in weights(agent, map(int, blobs)).items()}


def contents(agent: Agent, manifest: Manifest) -> dict[str, bytes]:
    """Every file of a manifest, path and bytes."""
    files = files_of(agent, manifest)
    held = load(agent, set(files.values()))
    return {path: held[blob] for path, blob in files.items()}


def hashes_of(agent: Agent, manifest: Manifest) -> dict[str, str]:
    """{path: hash of the blob} of a manifest."""
    held = weights(agent, manifest.values())
    names = names_of(agent, manifest)
    return {names[key]: held[blob][0] for key, blob in manifest.items()}


def weight_of(agent: Agent, manifest: Manifest) -> int:
    """The bytes of all its files together."""
    held = weights(agent, manifest.values())
    return sum(held[blob][1] for blob in manifest.values())


def _any_of(ids: Iterable[int]) -> RawSQL:
    """Thousands of ids as one parameter: as many as there are ids cost more to write down than to look up."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


_remembered: dict[str, str] = {}  # names of paths
_remembered_weights: dict[int, tuple[str, int]] = {}  # hashes and sizes of blobs
forgets(_remembered.clear)
forgets(_remembered_weights.clear)


def names_of(agent: Agent, keys: Collection[str]) -> dict[str, str]:
    """{id of the path: path} of these ids."""
    names = {key: name for key in keys if (name := _remembered.get(key)) is not None}
    if len(names) < len(keys):
        missing = [int(key) for key in keys if key not in names]
        found = {str(key): name for key, name in agent.paths.filter(pk__in=_any_of(missing)).values_list("pk", "name")}
        if len(_remembered) > 500_000:
            _remembered.clear()
        _remembered.update(found)
        names |= found
    return names


def weights(agent: Agent, blobs: Iterable[int]) -> dict[int, tuple[str, int]]:
    """{id of the blob: (hash, bytes)}: like an id, neither ever changes."""
    wanted = set(blobs)
    held = {blob: weight for blob in wanted if (weight := _remembered_weights.get(blob)) is not None}
    if missing := wanted - held.keys():
        rows = agent.blobs.filter(pk__in=_any_of(missing)).values_list("pk", "hash", "size")
        found = {key: (hash_, size) for key, hash_, size in rows}
        if len(_remembered_weights) > 200_000:
            _remembered_weights.clear()
        _remembered_weights.update(found)
        held |= found
    return held


def _interned(agent: Agent, paths: Iterable[str]) -> dict[str, int]:
    wanted = set(paths)
    known = dict(agent.paths.filter(name__in=wanted).values_list("name", "pk"))
    if new := wanted - known.keys():
        Path.objects.bulk_create((Path(agent=agent, name=name) for name in sorted(new)), BATCH, ignore_conflicts=True)
        known |= dict(agent.paths.filter(name__in=new).values_list("name", "pk"))
    return known

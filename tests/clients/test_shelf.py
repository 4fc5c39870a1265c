"""What is kept on disk: whole or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from slipway_client.shelf import Shelf

SAID = {"version": "v", "deployment": "d", "environment": "live", "since": "now"}


def kept(shelf: Shelf, held: bytes) -> None:
    name = hashlib.sha256(held).hexdigest()
    shelf.keep(SAID | {"manifest": {"a": name}}, {name: held})


def test_what_is_kept_is_loaded_and_what_it_no_longer_needs_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    kept(shelf, b"two")

    loaded = Shelf(tmp_path).load()

    assert loaded is not None
    assert loaded[1] == {"a": b"two"}
    assert len(list(shelf.blobs.iterdir())) == 1


def test_what_was_cut_short_leaves_the_version_before_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    (shelf.blobs / ".new-half").write_bytes(b"tw")
    (shelf.blobs / hashlib.sha256(b"two").hexdigest()).write_bytes(b"two")

    loaded = Shelf(tmp_path).load()

    assert loaded is not None
    assert loaded[1] == {"a": b"one"}


def test_what_another_process_is_about_to_keep_in_the_same_folder_stays(tmp_path: Path) -> None:
    ours, theirs = Shelf(tmp_path), Shelf(tmp_path)
    kept(ours, b"one")
    (theirs.blobs / hashlib.sha256(b"three").hexdigest()).write_bytes(b"three")
    (theirs.blobs / ".new-half").write_bytes(b"thr")

    kept(ours, b"two")

    assert sorted(path.read_bytes() for path in ours.blobs.iterdir()) == [b"thr", b"three", b"two"]


@pytest.mark.parametrize("harm", ["blob", "state", "manifest", "facts", "list"])
def test_what_was_harmed_is_not_served(tmp_path: Path, harm: str) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    if harm == "blob":
        next(shelf.blobs.iterdir()).write_bytes(b"oned")
    else:
        half = {"state": "{", "manifest": json.dumps(SAID), "facts": '{"manifest": {}}', "list": "[]"}
        shelf.state.write_text(half[harm])

    assert Shelf(tmp_path).load() is None


@pytest.mark.parametrize("held", ["", "{", "[]", '{"values": 1, "lastUpdated": null}', '{"values": {}}'])
def test_values_that_were_harmed_are_none_and_those_kept_whole_are_loaded(tmp_path: Path, held: str) -> None:
    shelf = Shelf(tmp_path)
    said = {"values": {"wait": 5}, "lastUpdated": "now"}
    shelf.keep_config(said)
    assert Shelf(tmp_path).load_config() == said

    shelf.config.write_text(held)

    assert Shelf(tmp_path).load_config() is None


@pytest.mark.parametrize("is_full", [False, True])
def test_a_version_with_a_blob_that_is_something_else_is_refused_whole_however_full_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_full: bool
) -> None:
    def full(path: Path, held: bytes) -> None:
        raise OSError(28, "No space left on device")

    shelf = Shelf(tmp_path)
    names = [hashlib.sha256(held).hexdigest() for held in (b"one", b"two")]
    if is_full:
        monkeypatch.setattr("slipway_client.shelf._write", full)

    with pytest.raises(ValueError, match="is something else"):
        shelf.keep(SAID | {"manifest": dict(zip("ab", names, strict=True))}, {names[0]: b"one", names[1]: b"harmed"})

    assert not list(shelf.blobs.iterdir())

"""Any folder survives being written and read, as a folder and as a zip."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deployments.resources.archive import is_ignored, read_folder, read_zip, refusal_of_path, write_folder, write_zip
from deployments.resources.archive.paths import folded

parts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1, max_size=12
)
names = st.lists(parts, min_size=1, max_size=4).map("/".join).filter(lambda name: refusal_of_path(name) is None)
contents = st.one_of(
    st.just(b""),
    st.binary(max_size=200),
    st.text(max_size=50).map(str.encode),
    st.lists(st.sampled_from(["a", "\r\n", "\n", "\r", "\ufeff", "é", "e\u0301"]), max_size=20).map(
        lambda pieces: "".join(pieces).encode()
    ),
)
folders = st.dictionaries(names, contents, max_size=8)


def belong_together(files: dict[str, bytes]) -> bool:
    keys = [folded(name) for name in files]
    inside = {key[:place] for key in keys for place, letter in enumerate(key) if letter == "/"}
    return len(set(keys)) == len(keys) and not inside & set(keys) and not any(map(is_ignored, files))


@settings(deadline=None, max_examples=150)
@given(folders)
def test_any_folder_survives_the_disk(files: dict[str, bytes]) -> None:
    assume(belong_together(files))

    with tempfile.TemporaryDirectory() as place:
        write_folder(files, Path(place) / "agent")
        reading = read_folder(Path(place) / "agent")

    assert reading.files == files
    assert reading.ignored == ()


@settings(deadline=None, max_examples=150)
@given(folders)
def test_any_folder_survives_the_zip(files: dict[str, bytes]) -> None:
    assume(belong_together(files))
    archive = io.BytesIO()

    write_zip(files, archive)
    archive.seek(0)

    assert read_zip(archive).files == files

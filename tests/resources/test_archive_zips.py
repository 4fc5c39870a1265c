from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from deployments.resources.archive import ImportRefused, read_zip, write_zip, zips
from deployments.resources.archive import gathering as limits_in_use
from deployments.resources.archive.limits import MEGABYTE


def a_zip(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    target.seek(0)
    return target


def an_entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    return entry


def test_a_zip_is_read_byte_for_byte() -> None:
    source = a_zip(("project.yaml", b"a\r\n"), ("topics/", b""), ("topics/\u00fc.yaml", b""))

    assert read_zip(source).files == {"project.yaml": b"a\r\n", "topics/\u00fc.yaml": b""}


def test_a_zip_on_disk_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "agent.zip").write_bytes(a_zip(("a", b"1")).getvalue())

    assert read_zip(tmp_path / "agent.zip").files == {"a": b"1"}
    with pytest.raises(ImportRefused, match=r"cannot be read"):
        read_zip(tmp_path / "missing.zip")


def test_the_one_folder_of_a_zip_is_taken_as_the_agent() -> None:
    source = a_zip(
        ("ferry-desk/", b""),
        ("ferry-desk/project.yaml", b"1"),
        ("ferry-desk/topics/a.yaml", b"2"),
        ("ferry-desk/_gen/x.py", b""),
        ("ferry-desk/.DS_Store", b""),
        ("__MACOSX/ferry-desk/._project.yaml", b"fork"),
        (".DS_Store", b""),
    )

    reading = read_zip(source)

    assert reading.files == {"project.yaml": b"1", "topics/a.yaml": b"2"}
    assert reading.ignored == (".DS_Store", "__MACOSX/ferry-desk/._project.yaml", "_gen/")


def test_a_folder_is_not_taken_as_the_agent_when_the_zip_holds_more() -> None:
    with_sibling = a_zip(("ferry-desk/project.yaml", b"1"), ("readme.txt", b"2"))
    without_project = a_zip(("topics/a.yaml", b"1"))

    assert set(read_zip(with_sibling).files) == {"ferry-desk/project.yaml", "readme.txt"}
    assert set(read_zip(without_project).files) == {"topics/a.yaml"}


def test_names_written_by_tar_are_read() -> None:
    assert read_zip(a_zip(("./", b""), ("./project.yaml", b"1"))).files == {"project.yaml": b"1"}


def test_utf8_names_that_do_not_say_so_are_read_as_utf8() -> None:
    raw = a_zip(("caf\u00e9.txt", b"1")).getvalue().replace(struct.pack("<H", 0x800), struct.pack("<H", 0))

    assert read_zip(io.BytesIO(raw)).files == {"caf\u00e9.txt": b"1"}


@pytest.mark.parametrize("flagged", [True, False])
def test_a_name_in_an_unknown_code_page_is_refused(flagged: bool) -> None:
    raw = a_zip(("caf\u00e9.txt", b"1")).getvalue().replace("\u00e9".encode(), b"\xe9\xe9")
    if not flagged:
        raw = raw.replace(struct.pack("<H", 0x800), struct.pack("<H", 0))

    with pytest.raises(ImportRefused, match=r'^"caf\\+xe9\\+xe9.txt" has a name that is not UTF-8'):
        read_zip(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../x", '^"../x" leaves the agent\'s folder'),
        ("a/../../x", "leaves the agent's folder"),
        ("/etc/passwd", "is an absolute path"),
        ("C:/x", "is an absolute path"),
        ("a\\x", "backslash"),
        ("a\x01x", "control character"),
        ("a//x", "not a plain path"),
        (".git/../../x", "leaves the agent's folder"),
        ("../", "leaves the agent's folder"),
    ],
)
def test_an_entry_that_would_escape_refuses_the_whole_zip(name: str, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=sentence):
        read_zip(a_zip(("project.yaml", b""), (name, b"")))


def test_a_nul_in_a_name_is_seen_behind_what_others_cut_off() -> None:
    raw = a_zip(("harmlessX.txt", b"1")).getvalue().replace(b"harmlessX", b"harmless\x00")

    with pytest.raises(ImportRefused, match=r'"harmless\\x00.txt" has a control character'):
        read_zip(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (stat.S_IFLNK | 0o777, "is a link"),
        (stat.S_IFCHR | 0o666, "is neither a file nor a folder"),
        (stat.S_IFIFO | 0o666, "is neither a file nor a folder"),
    ],
)
def test_a_link_or_device_in_a_zip_is_refused(mode: int, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=f'^"topics/x" {sentence}'):
        read_zip(a_zip((an_entry("topics/x", mode), b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused() -> None:
    with pytest.raises(ImportRefused, match=r'^"a" is there twice'):
        read_zip(a_zip(("a", b"1"), ("a", b"2")))


def test_names_that_differ_only_in_case_are_refused_in_a_zip() -> None:
    with pytest.raises(ImportRefused, match=r'^"A" and "a" are one name'):
        read_zip(a_zip(("A", b"1"), ("a", b"2")))


@pytest.mark.parametrize(
    "names", [("a", "a/b"), ("a/b", "a"), ("A", "a/b"), ("a/b/c", "a/B"), ("a/", "a"), ("a", "a/")]
)
def test_a_file_that_is_also_a_folder_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(ImportRefused, match=r"is a file and also the folder of"):
        read_zip(a_zip(*((name, b"") for name in names)))


def test_an_encrypted_zip_is_refused() -> None:
    raw = bytearray(a_zip(("a.txt", b"1")).getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1

    with pytest.raises(ImportRefused, match=r'^"a.txt" is encrypted; make the zip without a password'):
        read_zip(io.BytesIO(bytes(raw)))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_refused(compression: int) -> None:
    with pytest.raises(ImportRefused, match=r'^"a.txt" is packed in an unusual way'):
        read_zip(a_zip(("a.txt", b"1" * 100), compression=compression))


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(ImportRefused, match=r"^The file is not a whole zip file"):
        read_zip(io.BytesIO(b"hello"))


def test_every_cut_and_every_flipped_byte_is_read_or_refused_never_raised() -> None:
    raw = a_zip(("topics/a.yaml", b"name: A\n" * 20), ("b", b"2")).getvalue()
    damaged = [raw[:length] for length in range(len(raw))]
    damaged += [raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :] for place in range(len(raw))]

    sentences = []
    for content in damaged:
        try:
            read_zip(io.BytesIO(content))
        except ImportRefused as refusal:
            sentences.append(str(refusal))

    assert len(sentences) > len(raw)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_a_bomb_is_refused_while_it_expands() -> None:
    source = a_zip(("bomb.txt", b"\0" * (50 * MEGABYTE)))

    with pytest.raises(ImportRefused, match=r'^"bomb.txt" is larger than 5 MB'):
        read_zip(source)


def test_a_bomb_of_many_files_is_refused_while_it_expands() -> None:
    source = a_zip(*((f"{number:02}.txt", b"\0" * (5 * MEGABYTE)) for number in range(21)))

    with pytest.raises(ImportRefused, match=r'^"20.txt" takes the import over 100 MB'):
        read_zip(source)


def test_a_size_that_lies_is_not_believed() -> None:
    raw = bytearray(a_zip(("liar.txt", b"\0" * (6 * MEGABYTE))).getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.index(signature) + offset
        raw[place : place + 4] = struct.pack("<I", 10)

    with pytest.raises(ImportRefused, match=r'^"liar.txt" is broken in the zip'):
        read_zip(io.BytesIO(bytes(raw)))


def test_entries_that_share_their_bytes_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kernel", b"\0" * MEGABYTE)
        twin = zipfile.ZipInfo("kernel")
        for field in ("CRC", "compress_size", "file_size", "header_offset", "compress_type", "flag_bits"):
            setattr(twin, field, getattr(archive.infolist()[0], field))
        archive.filelist.append(twin)
    target.seek(0)

    with pytest.raises(ImportRefused, match=r'^"kernel" overlaps another entry'):
        read_zip(target)


def test_too_many_files_are_refused_in_a_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_in_use, "FILES", 2)

    with pytest.raises(ImportRefused, match=r'^"c" is one file too many'):
        read_zip(a_zip(("a", b""), ("b", b""), ("c", b"")))


def test_an_endless_listing_is_refused_before_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "ZIP_LISTING_BYTES", 1_000)
    source = a_zip(*((f"node_modules/{number}.js", b"") for number in range(100)))

    with pytest.raises(ImportRefused, match=r"lists too many entries"):
        read_zip(source)


def test_the_same_files_give_the_same_zip() -> None:
    files = {"b": b"2", "a/\u00fc": b"1" * 1000}
    first, second = io.BytesIO(), io.BytesIO()

    write_zip(files, first)
    write_zip(dict(reversed(files.items())), second)

    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["a/\u00fc", "b"]
        assert archive.testzip() is None


def test_a_zip_can_be_written_to_what_cannot_seek() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.chunks: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, chunk: object) -> int:
            self.chunks.append(bytes(chunk))  # type: ignore[call-overload]
            return len(self.chunks[-1])

    stream = Stream()

    write_zip({"a": b"1"}, stream)  # type: ignore[arg-type]

    assert read_zip(io.BytesIO(b"".join(stream.chunks))).files == {"a": b"1"}

"""From bytes to text: one encoding, one line end, nothing half merged."""

from __future__ import annotations

from deployments.resources.yaml_reading import NotRead

# The marks of a merge that was never finished, in their order; each line is one of them or begins with the longer one.
_MERGE_MARKERS = (("<<<<<<<", "<<<<<<< "), ("=======", "======= "), (">>>>>>>", ">>>>>>> "))


def decoded(content: bytes) -> str:
    """With LF line ends and without a byte order mark."""
    if b"\0" in content:
        raise NotRead("It is not text: it holds a NUL byte.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotRead("It is not text in UTF-8.", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def refuse_merge_markers(text: str) -> None:
    if "<<<<<<<" not in text or ">>>>>>>" not in text:
        return
    # Line by line, because one expression over a hostile text could take for ever.
    found = 0
    first = 0
    for number, line in enumerate(text.split("\n"), start=1):
        alone, beginning = _MERGE_MARKERS[found]
        if line != alone and not line.startswith(beginning):
            continue
        first = first or number
        found += 1
        if found == len(_MERGE_MARKERS):
            raise NotRead("It holds a merge that was never finished (<<<<<<<, =======, >>>>>>>).", first)

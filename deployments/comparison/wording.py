"""Whether a file may hold one of some names, told from its bytes without parsing it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

# Names are written with spaces, underscores and either case; what they all share is runs of these.
_WORD = re.compile(rb"[a-z0-9]+")
# A text between double quotes may go on in the next line in the middle of a word.
_CUT = re.compile(rb"\\\r?\n")


class Wording:
    """It never says no to a file that holds a name, whatever the file's form and quoting."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[bytes, set[frozenset[bytes]]] = defaultdict(set)
        self._any = False
        for name in set(names):
            words = frozenset(_WORD.findall(name.lower().encode(errors="replace")))
            if name.isascii() and words:
                self._by_word[max(words, key=lambda word: (len(word), word))].add(words)
            else:
                # Other letters may stand escaped or in another normal form: any file could hold them.
                self._any = True

    def may_hold(self, path: str, content: bytes) -> bool:
        if self._any:
            return True
        if not self._by_word:
            return False
        words = set(_WORD.findall(content.lower()))
        words.update(_WORD.findall(path.lower().encode(errors="replace")))
        return any(needed <= words for word in self._by_word.keys() & words for needed in self._by_word[word]) or bool(
            _CUT.search(content)
        )

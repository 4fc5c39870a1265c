"""P6: the words of changed lines beside `git diff --word-diff`. Run: python benchmarks/words.py"""

from __future__ import annotations

import random
import tempfile
from functools import partial
from pathlib import Path

from lines import WORDS, code
from peers import git, median_seconds, missing, show, verdict

from deployments.comparison.lines import align
from deployments.comparison.row import Pieces, Row
from deployments.comparison.rows import rows_of
from deployments.comparison.words import mark

PROMISE = 4.0
PAIRS = 500


def reworded(line: str, chance: random.Random) -> str:
    """The same line with one to three of its words exchanged."""
    words = line.split(" ")
    for _ in range(chance.randint(1, 3)):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    return " ".join(words)


def prose(lines: int, chance: random.Random) -> list[str]:
    return [" ".join(chance.choice(WORDS) for _ in range(chance.randint(8, 25))) for _ in range(lines)]


def _marks(pairs: list[tuple[str, str]]) -> list[tuple[Pieces, Pieces]]:
    return [mark(*pair) for pair in pairs]


def _rows(texts: tuple[str, str]) -> tuple[Row, ...]:
    return rows_of(align([texts])[0])


def main() -> None:
    if missing("git"):
        print("git is missing: apt-get install git")
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        left, right = Path(folder, "left.txt"), Path(folder, "right.txt")
        for name, make in (("code", code), ("prose", prose)):
            chance = random.Random(5)
            before = [f"{line} # {number}" for number, line in enumerate(make(PAIRS, chance))]
            after = [reworded(line, chance) for line in before]
            pairs = list(zip(before, after, strict=True))
            texts = "\n".join(before) + "\n", "\n".join(after) + "\n"
            left.write_text(texts[0])
            right.write_text(texts[1])
            marks, whole, theirs = median_seconds(
                partial(_marks, pairs),
                partial(_rows, texts),
                lambda: git("diff", "--no-index", "--word-diff", str(left), str(right)),
            )
            rows.append(
                (
                    f"{PAIRS} changed lines of {name}",
                    f"{marks * 1000:.1f} ms",
                    f"{marks / PAIRS * 1e6:.0f} µs",
                    f"{whole * 1000:.1f} ms",
                    f"{theirs * 1000:.1f} ms",
                    verdict(marks / theirs, PROMISE),
                )
            )
    show("Words of changed lines", ("text", "marks", "a pair", "lines and marks", "git", "marks (P6)"), rows)


if __name__ == "__main__":
    main()

"""P1, P2, P3: the lines of one text beside `git diff --no-index`. Run: python benchmarks/lines.py"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from peers import git, median_seconds, missing, show, verdict

from deployments.comparison.lines import Alignment, align

TIME_PROMISES = {1_000: 1.0, 5_000: 2.0, 20_000: 3.0, 50_000: 4.0}
SIZE_PROMISE = 1.05
REPETITIVE_SIZE_PROMISE = 2.0
HARD_PROMISE = 6.0

WORDS = (
    "sailing",
    "fare",
    "caller",
    "ticket",
    "cabin",
    "vehicle",
    "berth",
    "deck",
    "quay",
    "crossing",
    "refund",
    "pier",
)


def code(lines: int, chance: random.Random) -> list[str]:
    """Lines as they are in functions: mostly their own, some that stand everywhere."""
    common = ["", "    return None", "    else:", "        pass", "    try:", "    if not found:"]
    written = []
    for number in range(lines):
        if chance.random() < 0.25:
            written.append(chance.choice(common))
        else:
            first, second = chance.sample(WORDS, 2)
            written.append(f"    {first} = conv.state.{second}({number % 997}, {chance.randrange(400)})")
    return written


def edited(lines: list[str], share: float, chance: random.Random) -> list[str]:
    """The same text with a share of its lines replaced, removed or joined by new ones."""
    out = []
    for line in lines:
        if chance.random() >= share:
            out.append(line)
            continue
        act = chance.random()
        if act < 0.6:
            out.append(line.replace("conv", "self") if "conv" in line else f"    {chance.choice(WORDS)} += 1")
        elif act < 0.8:
            out.extend((line, f"    log({chance.choice(WORDS)!r}, {chance.randrange(10_000)})"))
    return out


def ordinary() -> Iterator[tuple[str, list[str], list[str], float, float]]:
    for lines, promise in TIME_PROMISES.items():
        for share in (0.01, 0.5):
            chance = random.Random(lines)
            before = code(lines, chance)
            yield f"{lines:,} lines, {share:.0%} changed", before, edited(before, share, chance), promise, SIZE_PROMISE


def hard() -> Iterator[tuple[str, list[str], list[str], float, float]]:
    chance = random.Random(7)
    ten = [f"line {number}" for number in range(10)]
    for lines in (1_000, 5_000, 20_000):
        before = [chance.choice(ten) for _ in range(lines)]
        after = [chance.choice(ten) for _ in range(lines)]
        yield f"{lines:,} lines, 10 distinct, unrelated", before, after, HARD_PROMISE, REPETITIVE_SIZE_PROMISE
        yield (
            f"{lines:,} lines, 10 distinct, 5% changed",
            before,
            edited(before, 0.05, chance),
            HARD_PROMISE,
            SIZE_PROMISE,
        )
        spaced = [line for number in range(lines // 2) for line in (f"paragraph {number}", "")]
        yield f"{lines:,} lines, every second blank", spaced, edited(spaced, 0.1, chance), HARD_PROMISE, SIZE_PROMISE
        own = [f"line {number}" for number in range(lines)]
        yield f"{lines:,} lines, shuffled", own, chance.sample(own, lines), HARD_PROMISE, SIZE_PROMISE
        yield f"{lines:,} lines, reversed", own, own[::-1], HARD_PROMISE, SIZE_PROMISE


def _compare(texts: tuple[str, str], done: list[Alignment]) -> None:
    done[:] = align([texts])


def git_changed(left: Path, right: Path) -> int:
    numbers = git("diff", "--no-index", "--numstat", str(left), str(right)).split("\t")
    return int(numbers[0]) + int(numbers[1])


def main() -> None:
    if missing("git"):
        print("git is missing: apt-get install git")
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        left, right = Path(folder, "left.txt"), Path(folder, "right.txt")
        for name, before, after, time_promise, size_promise in (*ordinary(), *hard()):
            texts = "\n".join(before) + "\n", "\n".join(after) + "\n"
            left.write_text(texts[0])
            right.write_text(texts[1])
            done: list[Alignment] = []
            ours, theirs = median_seconds(
                partial(_compare, texts, done),
                lambda: git("diff", "--no-index", str(left), str(right)),
            )
            changed, peer_changed = done[0].added + done[0].removed, git_changed(left, right)
            rows.append(
                (
                    name,
                    f"{ours * 1000:.1f} ms",
                    f"{theirs * 1000:.1f} ms",
                    verdict(ours / theirs, time_promise),
                    verdict(changed / max(peer_changed, 1), size_promise),
                    "coarse" if done[0].coarse else "",
                )
            )
    show("Lines of one text", ("text", "ours", "git diff", "time (P1, P3)", "changed lines (P2)", ""), rows)


if __name__ == "__main__":
    main()

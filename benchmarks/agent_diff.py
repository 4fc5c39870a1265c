"""P4, P5: two versions of an agent beside `git diff A B` of the same trees. Run: python benchmarks/agent_diff.py

Git tells lines of files. The same work of ours is measured as such; beside it the whole comparison of the page, which
reads every differing file as resources and pairs, names and counts them: the first time, and with files read before.
"""

from __future__ import annotations

import gc
import hashlib
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from lines import WORDS
from peers import git, median_seconds, missing, show, verdict

from deployments.comparison import compare
from deployments.comparison.lines import Alignment, align
from deployments.comparison.model import Comparison
from deployments.keeping import forget_everything
from deployments.resources.variables import variables_in

FEW_PROMISE = 0.1
MANY_PROMISE = 1.2
EQUAL_PROMISE = 3.0
VERSIONS = 100
CHANGES_A_VERSION = 3

Files = dict[str, bytes]


def sentence(chance: random.Random, least: int = 6, most: int = 18) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most))).capitalize() + "."


def topic(name: str, chance: random.Random) -> bytes:
    content = "\n".join(f"  {sentence(chance)}" for _ in range(chance.randint(4, 25)))
    questions = "\n".join(f"- {sentence(chance, 3, 8)}" for _ in range(chance.randint(3, 12)))
    return (
        f"name: {name}\nenabled: true\nactions: Use {{{{fn:function_1}}}}.\n"
        f"content: |-\n{content}\nexample_queries:\n{questions}\n"
    ).encode()


def function(name: str, chance: random.Random) -> bytes:
    body = "\n".join(
        f"    conv.state.{chance.choice(WORDS)} = {chance.choice(WORDS)!r}" for _ in range(chance.randint(8, 60))
    )
    return (
        "from _gen import *  # <AUTO GENERATED>\n\n\n"
        f'@func_description("{sentence(chance)}")\n@func_parameter("code", "{sentence(chance)}")\n'
        f"def {name}(conv: Conversation, code: str):\n{body}\n    return None\n"
    ).encode()


def step(name: str, chance: random.Random) -> bytes:
    prompt = "\n".join(f"  {sentence(chance)}" for _ in range(chance.randint(5, 30)))
    return f"step_type: advanced_step\nname: {name}\nprompt: |-\n{prompt}\n".encode()


def agent(count: int, chance: random.Random) -> Files:
    files: Files = {"project.yaml": b"project_id: bench\naccount_id: bench\nregion: dev\n"}
    for number in range(count - 1):
        flow = f"flow_{number // 40}"
        kind = number % 4
        if number % 40 == 0:
            text = f"name: {flow}\ndescription: {sentence(chance)}\nstart_step: step_{number + 2}\n"
            files[f"flows/{flow}/flow_config.yaml"] = text.encode()
        elif kind == 0:
            files[f"topics/topic_{number}.yaml"] = topic(f"topic_{number}", chance)
        elif kind == 1:
            files[f"functions/function_{number}.py"] = function(f"function_{number}", chance)
        else:
            files[f"flows/{flow}/steps/step_{number}.yaml"] = step(f"step_{number}", chance)
    return files


def edited(files: Files, changes: int, chance: random.Random) -> Files:
    """The next version: some files with one line more or one changed."""
    files = dict(files)
    for _ in range(changes):
        path = chance.choice([path for path in sorted(files) if path != "project.yaml" and "flow_config" not in path])
        lines = files[path].decode().split("\n")
        place = chance.randrange(6, len(lines)) if len(lines) > 6 else len(lines) - 1
        if path.startswith("topics/"):
            place = min(place, lines.index("example_queries:") - 1)
        indent = "    conv.state.note = " if path.endswith(".py") else "  "
        text = repr(sentence(chance)) if path.endswith(".py") else sentence(chance)
        lines[place : place + chance.choice((0, 0, 1))] = [indent + text]
        files[path] = "\n".join(lines).encode()
    return files


def manifest(files: Files) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def committed(folder: Path, files: Files) -> str:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    git("add", "-A", folder=folder)
    git("-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "version", folder=folder)
    return git("rev-parse", "HEAD", folder=folder).strip()


def measured(name: str, first: Files, last: Files, promise: float) -> tuple[str, ...]:
    left, right = manifest(first), manifest(last)
    blobs = {hashlib.sha256(content).hexdigest(): content for files in (first, last) for content in files.values()}

    def load(hashes: Collection[str]) -> Mapping[str, bytes]:
        return {blob: blobs[blob] for blob in hashes}

    uses = used_in(first)

    def cold() -> Comparison:
        forget_everything()
        return compare(left, right, load, lambda: (uses, None))

    def lines() -> list[Alignment]:
        paths = {path for path, _ in left.items() ^ right.items()}
        return align([(_text(blobs, left, path), _text(blobs, right, path)) for path in paths])

    with tempfile.TemporaryDirectory() as folder:
        git("init", "-q", folder=Path(folder))
        before, after = committed(Path(folder), first), committed(Path(folder), last)
        git("gc", "-q", folder=Path(folder))
        as_git, fresh, again, theirs = median_seconds(
            lines,
            cold,
            lambda: compare(left, right, load, lambda: (uses, None)),
            lambda: git("diff", before, after, folder=Path(folder)),
        )
    differing = sum(left.get(path) != right.get(path) for path in left.keys() | right.keys())
    return (
        name,
        str(differing),
        f"{theirs * 1000:.1f} ms",
        f"{as_git * 1000:.1f} ms",
        verdict(as_git / theirs, promise),
        f"{again * 1000:.1f} ms",
        f"{again / theirs:.2f} x",
        f"{fresh * 1000:.1f} ms",
        f"{fresh / theirs:.2f} x",
    )


def beside_equal_ones(few: int, many: int) -> tuple[str, ...]:
    """The whole comparison of versions of which three files differ, in an agent of few files and in one of many.

    Processor time: of a few milliseconds a machine that does much else leaves little.
    """
    runs = []
    for count in (few, many):
        chance = random.Random(count)
        first = agent(count, chance)
        runs.append(_cold(first, edited(first, CHANGES_A_VERSION, chance)))
    small, large = (statistics.median(_taken(run) for _ in range(15)) for run in runs)
    return (
        f"{many:,} files beside {few}, 3 changed",
        f"{small * 1000:.1f} ms",
        f"{large * 1000:.1f} ms",
        verdict(large / small, EQUAL_PROMISE),
    )


def _taken(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def _cold(first: Files, last: Files) -> Callable[[], Comparison]:
    left, right = manifest(first), manifest(last)
    blobs = {hashlib.sha256(content).hexdigest(): content for files in (first, last) for content in files.values()}

    def load(hashes: Collection[str]) -> Mapping[str, bytes]:
        return {blob: blobs[blob] for blob in hashes}

    uses = used_in(first)

    def compared() -> Comparison:
        forget_everything()
        return compare(left, right, load, lambda: (uses, None))

    return compared


def used_in(files: Files) -> Counter[str]:
    """In how many functions each variable is used, which the product keeps of every published version."""
    codes = (content.decode() for path, content in files.items() if path.endswith(".py"))
    return Counter(name for code in codes for name in variables_in(code))


def _text(blobs: Mapping[str, bytes], version: Mapping[str, str], path: str) -> str:
    return blobs[version[path]].decode() if path in version else ""


def main() -> None:
    if missing("git"):
        print("git is missing: apt-get install git")
        return
    rows = []
    for count in (150, 300, 900):
        chance = random.Random(count)
        first = agent(count, chance)
        rows.append(measured(f"P4: {count} files, 3 changed", first, edited(first, 3, chance), FEW_PROMISE))
    for count in (150, 300, 900):
        chance = random.Random(count)
        first = last = agent(count, chance)
        for _ in range(VERSIONS):
            last = edited(last, CHANGES_A_VERSION, chance)
        rows.append(measured(f"P5: {count} files, first to last of {VERSIONS}", first, last, MANY_PROMISE))
    columns = (
        "agent",
        "differ",
        "git diff",
        "lines",
        "lines / git",
        "page",
        "page / git",
        "page, first",
        "first / git",
    )
    show("Two versions of an agent", columns, rows)
    show("What did not change", ["agent", "few", "many", "ratio"], [beside_equal_ones(100, 10_000)])


if __name__ == "__main__":
    main()

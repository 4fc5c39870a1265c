"""Agents of many files, and edits as people make them, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

Tree = dict[str, bytes]

WORDS = ("ahoy", "berth", "cabin", "deck", "fare", "Fähre", "gangway", "harbour", "île", "knot", "mast", "Ölzeug", "船")


def sentence(chance: random.Random, least: int = 5, most: int = 14) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most))).capitalize() + "."


def topic(name: str, chance: random.Random) -> str:
    content = "\n".join(f"  {sentence(chance)}" for _ in range(chance.randint(4, 20)))
    questions = "\n".join(f"- {sentence(chance, 3, 8)}" for _ in range(chance.randint(3, 8)))
    head = f"name: {name}\nenabled: true\nactions: {sentence(chance)}\n"
    return f"{head}content: |-\n{content}\nexample_queries:\n{questions}\n"


def function(name: str, chance: random.Random) -> str:
    body = "\n".join(
        f"    conv.state.{chance.choice('abcdef')} = {sentence(chance)!r}" for _ in range(chance.randint(5, 30))
    )
    head = f"from _gen import *  # <AUTO GENERATED>\n\n\n@func_description({sentence(chance)!r})\n"
    return f"{head}def {name}(conv: Conversation):\n{body}\n"


def step(name: str, chance: random.Random) -> str:
    prompt = "\n".join(f"  {sentence(chance)}" for _ in range(chance.randint(4, 20)))
    return f"step_type: advanced_step\nname: {name}\nprompt: |-\n{prompt}\n"


def agent(count: int, chance: random.Random) -> Tree:
    tree: dict[str, str] = {"project.yaml": "project_id: a\naccount_id: b\nregion: dev\n"}
    for number in range(count - 1):
        flow = f"flow_{number // 60}"
        if number % 60 == 0:
            tree[f"flows/{flow}/flow_config.yaml"] = f"name: {flow}\ndescription: {sentence(chance)}\nstart_step: one\n"
        elif number % 3 == 0:
            tree[f"topics/topic_{number}.yaml"] = topic(f"topic {number}", chance)
        elif number % 3 == 1:
            tree[f"functions/function_{number}.py"] = function(f"function_{number}", chance)
        elif number % 2:
            tree[f"flows/{flow}/steps/step_{number}.yaml"] = step(f"step {number}", chance)
        else:
            tree[f"docs/note_{number}.md"] = "\n".join(sentence(chance) for _ in range(chance.randint(3, 30)))
    return {path: text.encode() for path, text in tree.items()}


def edit_a_line(tree: Tree, chance: random.Random) -> None:
    path, lines = _lines(tree, chance)
    place = _body(path, lines, chance)
    lines[place] = f"{_indent(lines[place])}{_said(path, chance)}"
    tree[path] = "\n".join(lines).encode()


def add_lines(tree: Tree, chance: random.Random) -> None:
    path, lines = _lines(tree, chance)
    place = _body(path, lines, chance)
    indent = _indent(lines[place])
    lines[place:place] = [indent + _said(path, chance) for _ in range(chance.randint(1, 4))]
    tree[path] = "\n".join(lines).encode()


def remove_a_line(tree: Tree, chance: random.Random) -> None:
    path, lines = _lines(tree, chance)
    del lines[_body(path, lines, chance)]
    tree[path] = "\n".join(lines).encode()


def rename(tree: Tree, chance: random.Random) -> None:
    """Under another name in the same folder."""
    path = chance.choice([path for path in sorted(tree) if path.startswith(("topics/", "docs/"))])
    folder, _, file = path.rpartition("/")
    tree[f"{folder}/renamed_{chance.randrange(10**6)}_{file}"] = tree.pop(path)


def move(tree: Tree, chance: random.Random) -> None:
    """A plain file into another folder."""
    path = chance.choice([path for path in sorted(tree) if path.startswith("docs/")])
    tree[f"notes/{chance.randrange(10**6)}/{path.rsplit('/', 1)[-1]}"] = tree.pop(path)


def reorder(tree: Tree, chance: random.Random) -> None:
    """Sample questions in another order, or keys: no meaning in either."""
    path = chance.choice([path for path in sorted(tree) if path.startswith("topics/")])
    head, _, questions = tree[path].decode().partition("example_queries:\n")
    if "\r" in head:
        return
    entries = questions.rstrip("\n").split("\n")
    chance.shuffle(entries)
    tree[path] = f"{head}example_queries:\n{chr(10).join(entries)}\n".encode()


def reindent(tree: Tree, chance: random.Random) -> None:
    path = chance.choice([path for path in sorted(tree) if path.startswith("topics/")])
    tree[path] = tree[path].replace(b"\n- ", b"\n  - ")


def turn_line_ends(tree: Tree, chance: random.Random) -> None:
    path = chance.choice(sorted(tree))
    content = tree[path]
    tree[path] = content.replace(b"\r\n", b"\n") if b"\r\n" in content else content.replace(b"\n", b"\r\n")


def add_a_file(tree: Tree, chance: random.Random) -> None:
    number = chance.randrange(10**6, 10**7)
    tree[f"topics/new_{number}.yaml"] = topic(f"new {number}", chance).encode()


def remove_a_file(tree: Tree, chance: random.Random) -> None:
    del tree[chance.choice([path for path in sorted(tree) if path != "project.yaml"])]


EDITS: list[Callable[[Tree, random.Random], None]] = [
    *(edit_a_line, edit_a_line, edit_a_line, add_lines, add_lines, remove_a_line),
    *(rename, move, reorder, reindent, turn_line_ends, add_a_file, remove_a_file),
]


def _lines(tree: Tree, chance: random.Random) -> tuple[str, list[str]]:
    path = chance.choice([path for path in sorted(tree) if path != "project.yaml" and tree[path].count(b"\n") > 6])
    return path, tree[path].decode().split("\n")


def _body(path: str, lines: list[str], chance: random.Random) -> int:
    """A line that may be any: in the long text of a YAML file, in the body of a function, anywhere in a note."""
    inside = [place for place, line in enumerate(lines) if line.startswith("  ") and not line.lstrip().startswith("- ")]
    return chance.choice(inside) if inside else chance.randrange(1, len(lines))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _said(path: str, chance: random.Random) -> str:
    return f"conv.state.{chance.choice('abcdef')} = {sentence(chance)!r}" if path.endswith(".py") else sentence(chance)

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from deployments.models import Role, content
from deployments.resources.archive import write_folder
from tests.signing_in import a_client
from tests.vocabulary import RULES, an_agent, edited, published

pytestmark = pytest.mark.django_db


def test_the_patch_makes_of_the_left_side_exactly_the_right(tmp_path: Path) -> None:
    agent = an_agent()
    left = published(agent).version
    edited(agent, {RULES: b"Be kind.\nNever promise a cabin.\n", "topics/tides.txt": "Öl\n".encode()})
    right = published(agent).version
    write_folder(content.contents(agent, left.manifest), tmp_path / "agent")

    answer = a_client(agent, Role.VIEWER).get(reverse("comparison-patch", args=[agent.slug, left.short, right.short]))

    subprocess.run(["git", "apply", "-"], input=answer.content, cwd=tmp_path / "agent", check=True)
    made = {path.relative_to(tmp_path / "agent"): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {str(path): held for path, held in made.items()} == content.contents(agent, right.manifest)
    assert answer["Content-Disposition"].startswith("attachment")


def test_markdown_names_both_sides_and_what_changed() -> None:
    agent = an_agent()
    left = published(agent, "First").version
    right = published(agent, "Second").version

    answer = a_client(agent, Role.VIEWER).get(
        reverse("comparison-markdown", args=[agent.slug, left.short, right.short])
    )

    assert left.short in answer.text
    assert right.short in answer.text
    assert "Behaviour" in answer.text
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_comparison_offers_both_and_one_without_a_difference_neither() -> None:
    agent = an_agent()
    first = published(agent).version
    second = published(agent).version
    client = a_client(agent, Role.VIEWER)

    differing = client.get(reverse("comparison", args=[agent.slug, first.short, second.short])).text
    same = client.get(reverse("comparison", args=[agent.slug, first.short, first.short])).text

    assert "Patch for git apply" in differing
    assert "Patch for git apply" not in same

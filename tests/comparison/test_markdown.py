"""A comparison as text for a pull request: counted, summed up, and safe whatever stands in the content."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.comparison.markdown import MOST_LINES, markdown
from tests.comparison.story import Files, compared

TOPIC = "name: {name}\nenabled: {enabled}\nactions: Say it.\ncontent: |-\n  {content}\nexample_queries: []\n"


def topic(name: str = "Luggage", content: str = "Two bags.", enabled: str = "true") -> str:
    return TOPIC.format(name=name, content=content.replace("\n", "\n  "), enabled=enabled)


def told(left: Files, right: Files) -> str:
    return markdown(compared(left, right), "Live 1a2b3c4d5", "Draft")


def test_it_counts_sums_up_and_shows_what_changed() -> None:
    left = {"topics/luggage.yaml": topic(), "functions/old.py": "def old(conv: Conversation):\n    return None\n"}
    right = {"topics/luggage.yaml": topic(content="Three bags.", enabled="false")}

    text = told(left, right)

    assert text.startswith("## Live 1a2b3c4d5 → Draft\n\n1 removed, 1 changed\n")
    assert "- Luggage, changed" in text
    assert "Active: On → Off" in text
    assert "```diff\n-Two bags.\n+Three bags.\n```\n" in text


def test_no_differences_are_said_to_be_none() -> None:
    assert told({"a.md": "x"}, {"a.md": "x"}) == "## Live 1a2b3c4d5 → Draft\n\nNo differences in meaning.\n"


def test_formatting_alone_is_one_line() -> None:
    assert "Formatting alone differs in 1 file." in told({"a.md": "x"}, {"a.md": "x\n"})


def test_a_fence_in_the_content_does_not_end_ours() -> None:
    text = told({"a.md": "x"}, {"a.md": "```\n<script>alert(1)</script>\n````"})

    assert "`````diff\n" in text
    assert text.endswith("+````\n`````\n")


def test_markup_in_names_is_text() -> None:
    text = told({}, {"<img src=x>[a](b).md": "x"})

    assert "\\<img src=x\\>\\[a\\]\\(b\\)" in text
    assert "<img" not in text.replace("\\<img", "")


def test_long_texts_are_cut_and_say_so() -> None:
    text = told({}, {"a.md": "\n".join(f"line {number}" for number in range(MOST_LINES + 50))})

    assert f"+line {MOST_LINES - 1}\n… more lines are left out\n" in text


def test_what_does_not_fit_is_said_to_be_left_out() -> None:
    right = {f"topics/topic_{number}.yaml": topic(f"topic {number}") for number in range(100)}

    text = markdown(compared({}, right), "Live", "Draft", most=2_000)

    assert len(text) <= 2_000
    assert text.endswith("_The rest is left out: it does not fit into one message._\n")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="`<>\n\r*_[]()#é\u2028", max_size=60), st.text(alphabet="`<>\n\r*_[]()#é\u2028", max_size=60))
def test_whatever_the_content_every_line_of_it_stands_inside_a_fence_with_its_sign(left: str, right: str) -> None:
    text = told({"a.md": left}, {"a.md": right})

    fence = ""
    for line in text.split("\n"):
        if not fence and line.endswith("`diff"):
            fence = line.removesuffix("diff")
        elif fence and line == fence:
            fence = ""
        elif fence:
            assert line[:1] in ("+", "-", " ", "@", "…")
        else:
            assert "<" not in line.replace("\\<", "")
    assert not fence

"""Saved changes taken back: what others made since stays theirs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.models import Agent, Draft, DraftChange, Person, Role, content
from deployments.pipeline import Refused, change_files, draft_of, revert_changes
from tests.vocabulary import FILES, RULES, a_person, an_actor, an_agent, published

pytestmark = pytest.mark.django_db
TOPIC = "topics/luggage_limits.yaml"


def held(agent: Agent) -> dict[str, bytes]:
    draft = draft_of(agent)
    manifest = draft.manifest if draft else agent.ladder[0].active.version.manifest  # type: ignore[union-attr]
    return content.contents(agent, manifest)


def saved(agent: Agent, by: Person, **files: bytes | None) -> DraftChange:
    """These files saved by somebody who had the newest before them; `rules` and `topic` name two that are there."""
    changes = {{"rules": RULES, "topic": TOPIC}.get(name, f"notes/{name}.txt"): text for name, text in files.items()}
    now = held(agent)
    seen = {path: content.hash_of(now[path]) for path in changes if path in now}
    draft = change_files(agent, changes, seen=seen, by=an_actor(agent, by))
    assert draft is not None
    return draft.changes.latest("pk")


def taken_back(agent: Agent, by: Person, *changes: DraftChange) -> tuple[Draft | None, list[str]]:
    """What is left of the draft, and the names of those whose files were left alone."""
    draft = draft_of(agent)
    assert draft is not None
    left, done = revert_changes(agent, [each.pk for each in changes], state=draft.state, by=an_actor(agent, by))
    return left, [f"{path} {person.name}" for path, person in done.left_alone.items()]


@pytest.fixture
def agent() -> Agent:
    agent = an_agent()
    published(agent)
    return agent


@pytest.fixture
def ana(agent: Agent) -> Person:
    return a_person(Role.EDITOR, agent.workspace, name="Ana")


@pytest.fixture
def ben(agent: Agent) -> Person:
    return a_person(Role.EDITOR, agent.workspace, name="Ben")


def test_one_change_goes_and_what_was_saved_beside_it_stays(agent: Agent, ana: Person, ben: Person) -> None:
    first = saved(agent, ana, rules=b"Be kind.\n", plan=b"A plan.\n")
    saved(agent, ben, topic=None)

    draft, left = taken_back(agent, ben, first)

    assert draft is not None
    assert left == []
    assert held(agent) == {path: text for path, text in FILES.items() if path != TOPIC}
    last = draft.changes.latest("pk")
    assert (last.kind, last.by, last.files) == (DraftChange.Kind.REVERTED, ben, 2)


def test_taking_the_only_change_back_leaves_no_draft_and_a_revert_can_be_reverted(
    agent: Agent, ana: Person, ben: Person
) -> None:
    first = saved(agent, ana, rules=b"Be kind.\n")
    saved(agent, ben, plan=b"A plan.\n")
    draft, _ = taken_back(agent, ana, first)
    assert draft is not None

    taken_back(agent, ana, draft.changes.latest("pk"))

    assert held(agent)[RULES] == b"Be kind.\n"
    newest = Draft.objects.get().changes.all()
    assert taken_back(agent, ana, *newest)[0] is None
    assert held(agent) == FILES


def test_where_somebody_changed_other_lines_since_only_mine_go(agent: Agent, ana: Person, ben: Person) -> None:
    text = FILES[TOPIC]
    mine = saved(agent, ana, topic=text.replace(b"Two bags", b"Three bags"))
    saved(agent, ben, topic=text.replace(b"Two bags", b"Three bags").replace(b"weight limit", b"limit"))

    _, left = taken_back(agent, ana, mine)

    assert left == []
    assert held(agent)[TOPIC] == text.replace(b"weight limit", b"limit")


def test_where_somebody_changed_the_same_lines_since_the_file_is_left_alone_and_named(
    agent: Agent, ana: Person, ben: Person
) -> None:
    mine = saved(agent, ana, rules=b"Be kind.\n", plan=b"A plan.\n")
    saved(agent, ben, rules=b"Be kinder.\n")

    _, left = taken_back(agent, ana, mine)

    assert left == [f"{RULES} Ben"]
    assert held(agent) == dict(FILES) | {RULES: b"Be kinder.\n"}


def test_when_nothing_can_be_taken_back_it_is_refused(agent: Agent, ana: Person, ben: Person) -> None:
    mine = saved(agent, ana, rules=b"Be kind.\n")
    saved(agent, ben, rules=b"Be kinder.\n")

    with pytest.raises(Refused, match="Nothing of this can be taken back"):
        taken_back(agent, ana, mine)

    assert held(agent)[RULES] == b"Be kinder.\n"


def test_only_the_draft_that_was_shown_is_reverted_in(agent: Agent, ana: Person) -> None:
    change = saved(agent, ana, rules=b"Be kind.\n")
    seen = draft_of(agent).state  # type: ignore[union-attr]
    saved(agent, ana, plan=b"A plan.\n")

    with pytest.raises(Refused, match="The draft changed since you opened this"):
        revert_changes(agent, [change.pk], state=seen, by=an_actor(agent, ana))


def test_a_viewer_reverts_nothing(agent: Agent, ana: Person) -> None:
    change = saved(agent, ana, rules=b"Be kind.\n")

    with pytest.raises(Refused, match="may edit"):
        taken_back(agent, a_person(Role.VIEWER, agent.workspace), change)


STEPS = st.lists(
    st.tuples(st.sampled_from(["one", "two", "three"]), st.none() | st.sampled_from([b"a\nb\nc\n", b"A\nb\n", b"x\n"])),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_everything_taken_back_is_what_the_draft_began_from(steps: list[tuple[str, bytes | None]]) -> None:
    agent = an_agent()
    published(agent)
    ana = a_person(Role.EDITOR, agent.workspace)
    for name, text in steps:
        if held(agent).get(f"notes/{name}.txt") != text:
            seen = {path: content.hash_of(file) for path, file in held(agent).items()}
            path = f"notes/{name}.txt"
            change_files(agent, {path: text}, seen={path: seen.get(path)}, by=an_actor(agent, ana))
    draft = draft_of(agent)
    if draft is None:
        return

    left, alone = taken_back(agent, ana, *draft.changes.all())

    assert (left, alone) == (None, [])
    assert held(agent) == FILES

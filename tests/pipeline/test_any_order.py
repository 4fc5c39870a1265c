"""Whatever people do in whatever order: what stands where, what the draft holds and what can be gone back to is what a
plain model of dictionaries says, however much the product keeps at hand or writes in one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deployments.comparison import compare
from deployments.models import Agent, Deployment, Event, KeptDraft, Version, content
from deployments.pipeline import (
    ANY,
    Refused,
    change_agent,
    change_files,
    change_ladder,
    delete_agent,
    discard,
    draft_of,
    edit_as_draft,
    import_files,
    promote,
    publish,
    restore_agent,
    restore_draft,
    roll_back,
    state_of,
)
from deployments.pipeline.verification import verify
from deployments.resources.checking import check
from deployments.resources.reading import read_all
from tests.vocabulary import an_actor, an_agent, environment

Files = dict[str, bytes]
TOPIC = "name: {0}\nenabled: true\nactions: {1}\ncontent: About {0}.\nexample_queries: []\n"
CODE = "def find_cabin(conv):\n    conv.state.{0} = 1\n    return 'Their cabin is ${1}.'\n"
CONTENTS: dict[str, list[bytes]] = {
    "topics/a.yaml": [
        TOPIC.format("Bags", "'{{fn:find_cabin}}'").encode(),
        TOPIC.format("Bags", "Say it.").encode(),
        TOPIC.format("Tides", "Say it.").encode(),
        TOPIC.format("Bags", "Say  it.").encode() + b"# A note.\n",
    ],
    "topics/b.yaml": [
        TOPIC.format("Tides", "Say it.").encode(),
        TOPIC.format("Skis", "'$cabin'").encode(),
        b"[Tides\n",
    ],
    "functions/find_cabin.py": [CODE.format("cabin", "cabin").encode(), CODE.format("berth", "cabin").encode()],
    "agent_settings/rules.txt": [b"Be brief.\n", b"Be brief. Call {{fn:find_cabin}}.\n", b"Say $berth.\n"],
    "notes.md": [b"Begun.\n", b"Gone on.\n", b""],
    "Notes.txt": [b"Begun.\n"],
}
FILES = st.sampled_from([(path, each) for path, held in CONTENTS.items() for each in held])
SLUGS = st.sampled_from(["sandbox", "pre-release", "live"])
# Clocks of several machines: the next act may be stamped earlier than the last.
LATER = st.sampled_from([60, 0, -90])


def errors_of(files: Files) -> int:
    """Of the whole, with nothing of it looked at before."""
    return sum(finding.severity == "error" for finding in check(read_all(files)))


@dataclass
class Placed:
    """A placement as the model knows it."""

    version: int
    replaced: Placed | None
    restored: Placed | None = None
    row: Deployment | None = None

    @property
    def previous(self) -> Placed | None:
        return self.restored.replaced if self.restored else self.replaced


@dataclass
class Drafted:
    base: int | None
    files: Files
    row: KeptDraft | None = None


@dataclass
class Model:
    versions: list[Files] = field(default_factory=list)
    standing: dict[str, Placed] = field(default_factory=dict)
    placements: dict[str, list[Placed]] = field(default_factory=lambda: {"sandbox": [], "pre-release": [], "live": []})
    draft: Drafted | None = None
    kept: list[Drafted] = field(default_factory=list)
    ladder: list[str] = field(default_factory=lambda: ["sandbox", "pre-release", "live"])
    strict: bool = False
    deleted: bool = False

    @property
    def running(self) -> int | None:
        return self.standing["sandbox"].version if "sandbox" in self.standing else None

    def files(self, version: int | None) -> Files:
        return {} if version is None else self.versions[version]

    def has_stood(self, version: int, slug: str) -> bool:
        return any(each.version == version for each in self.placements[slug])

    def place(self, slug: str, version: int, restored: Placed | None = None) -> Placed:
        placed = Placed(version, self.standing.get(slug), restored)
        self.standing[slug] = placed
        self.placements[slug].append(placed)
        return placed

    def drafted(self, base: int | None, files: Files) -> None:
        """A draft that holds what it began from is none; what gives way to nothing can be had back."""
        if files != self.files(base):
            self.draft = Drafted(base, files)
        else:
            self.put_aside()

    def put_aside(self) -> None:
        if self.draft:
            self.kept.append(self.draft)
            self.draft = None


class AnyOrder(RuleBasedStateMachine):
    """Each rule asks the product and the model for the same. `refused` is what the model expects, by its code."""

    @initialize(steps=st.sampled_from([2, 3]))
    def begin(self, steps: int) -> None:
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
        self.model = Model(draft=Drafted(None, {"notes.md": b"Begun.\n"}))
        agent = an_agent(files={"notes.md": b"Begun.\n"}, steps=steps, at=self.now)
        self.key, self.by = agent.pk, an_actor(agent)
        self.versions: list[Version] = []
        if steps == 2:
            self.model.ladder.remove("pre-release")

    @property
    def agent(self) -> Agent:
        return Agent.objects.get(pk=self.key)

    @rule(file=FILES, gone=st.booleans(), later=LATER)
    def edit(self, file: tuple[str, bytes], gone: bool, later: int) -> None:
        model, (path, held) = self.model, (file[0], None if gone else file[1])
        base = model.draft.base if model.draft else model.running
        before = model.draft.files if model.draft else model.files(base)
        seen = {path: content.hash_of(before[path])} if path in before else {}
        expected = "agent_deleted" if model.deleted else ""
        if not self.asked(
            expected, lambda: change_files(self.agent, {path: held}, seen=seen, by=self.by, at=self.tick(later))
        ):
            return
        after = {name: each for name, each in (before | {path: held}).items() if each is not None}
        if after != before:
            model.drafted(base, after)

    @rule(chosen=st.lists(FILES, min_size=1, max_size=5), add=st.booleans(), later=LATER)
    def bring(self, chosen: list[tuple[str, bytes]], add: bool, later: int) -> None:
        self.bring_files(dict(chosen), add, later)

    def bring_files(self, files: Files, add: bool, later: int) -> None:
        mode = "add" if add else "replace"
        expected = "agent_deleted" if self.model.deleted else ""
        if self.asked(expected, lambda: import_files(self.agent, files, mode=mode, by=self.by, at=self.tick(later))):
            self.imported(files, add)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), later=LATER)
    def begin_again(self, data: st.DataObject, later: int) -> None:
        number = data.draw(st.integers(0, len(self.versions) - 1))
        state = state_of(draft_of(self.agent))
        expected = "agent_deleted" if self.model.deleted else ""
        if self.asked(
            expected, lambda: edit_as_draft(self.version(number), state=state, by=self.by, at=self.tick(later))
        ):
            self.imported(self.model.versions[number], add=False)

    def imported(self, files: Files, add: bool) -> None:
        model, draft = self.model, self.model.draft
        base = draft.base if draft and add else model.running
        before = draft.files if draft else model.files(base)
        after = before | files if add else dict(files)
        if after == before and (draft is None or draft.base == base):
            return
        if draft and after != before and after != model.files(base):
            model.put_aside()
        model.drafted(base, after)

    @rule(later=LATER)
    def throw_away(self, later: int) -> None:
        state = state_of(draft_of(self.agent))
        expected = "agent_deleted" if self.model.deleted else "" if self.model.draft else "nothing_to_publish"
        if self.asked(expected, lambda: discard(self.agent, state=state, by=self.by, at=self.tick(later))):
            self.model.put_aside()

    @precondition(lambda self: self.model.kept)
    @rule(later=LATER)
    def have_back(self, later: int) -> None:
        newest = KeptDraft.objects.filter(agent=self.key).order_by("-pk")[0]
        expected = "agent_deleted" if self.model.deleted else "draft_exists" if self.model.draft else ""
        if self.asked(expected, lambda: restore_draft(newest, by=self.by, at=self.tick(later))):
            self.model.draft = self.model.kept.pop()

    @rule(later=LATER)
    def publish(self, later: int) -> None:
        self.publish_draft(later)

    def publish_draft(self, later: int) -> None:
        model, draft = self.model, self.model.draft
        state = state_of(draft_of(self.agent))
        broken = draft and errors_of(draft.files)
        expected = (
            "agent_deleted"
            if model.deleted
            else "nothing_to_publish"
            if not draft
            else "draft_invalid"
            if broken
            else ""
        )
        placed = self.asked(expected, lambda: publish(self.agent, state=state, by=self.by, at=self.tick(later)))
        if placed and draft:
            self.versions.append(placed.version)
            model.versions.append(draft.files)
            model.place("sandbox", len(self.versions) - 1).row = placed
            model.draft = None

    @rule(text=st.integers(0, 9), slugs=st.lists(st.sampled_from(["pre-release", "live"]), unique=True), later=LATER)
    def release(self, text: int, slugs: list[str], later: int) -> None:
        """What is sound goes all the way, so that there is much to go back to."""
        self.bring_files({"notes.md": f"{text}\n".encode()}, False, later)
        self.publish_draft(later)
        for slug in slugs if self.versions else []:
            self.promote_version(len(self.versions) - 1, slug, True, later)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), slug=SLUGS, exactly=st.booleans(), later=LATER)
    def promote(self, data: st.DataObject, slug: str, exactly: bool, later: int) -> None:
        self.promote_version(data.draw(st.integers(0, len(self.versions) - 1)), slug, exactly, later)

    def promote_version(self, number: int, slug: str, exactly: bool, later: int) -> None:
        model = self.model
        if slug not in {step.slug for step in self.agent.environments.all()}:
            return  # it never had that step
        held = model.standing.get(slug)
        is_there = held is not None and held.version == number
        before = model.ladder[: model.ladder.index(slug)] if slug in model.ladder else []
        hotfix = len(before) > 1 and not model.has_stood(number, before[-1])
        expected = (
            "agent_deleted"
            if model.deleted
            else "environment_gone"
            if slug not in model.ladder
            else "backwards"
            if not before
            else "pre_release_required"
            if model.strict and hotfix and not is_there
            else ""
        )
        replacing = (held.row.pk if held and held.row else None) if exactly else ANY
        version = self.version(number)
        to = environment(version.agent, slug)
        placed = self.asked(
            expected, lambda: promote(version, to=to, replacing=replacing, by=self.by, at=self.tick(later))
        )
        if placed is None:
            return
        if is_there:
            assert held is not None
            assert placed == held.row
        else:
            model.place(slug, number).row = placed
            assert placed.hotfix == hotfix

    @rule(slug=SLUGS, times=st.integers(1, 3), later=LATER)
    def press_rollback(self, slug: str, times: int, later: int) -> None:
        for _ in range(times):
            held = self.model.standing.get(slug)
            if held and held.previous:
                self.back(slug, held.previous, later)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), slug=SLUGS, later=LATER)
    def roll_back_to(self, data: st.DataObject, slug: str, later: int) -> None:
        if rows := self.model.placements[slug]:
            self.back(slug, rows[data.draw(st.integers(0, len(rows) - 1))], later)

    def back(self, slug: str, to: Placed, later: int) -> None:
        model, held = self.model, self.model.standing.get(slug)
        assert to.row is not None
        row = Deployment.objects.get(pk=to.row.pk)
        replacing = held.row.pk if held and held.row else None
        expected = "agent_deleted" if model.deleted else "environment_gone" if slug not in model.ladder else ""
        placed = self.asked(expected, lambda: roll_back(to=row, replacing=replacing, by=self.by, at=self.tick(later)))
        if placed and held and held.version == to.version:
            assert placed == held.row
        elif placed:
            model.place(slug, to.version, restored=to.restored or to).row = placed

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), slug=st.sampled_from(["pre-release", "live"]), later=LATER)
    def promote_over_something_else(self, data: st.DataObject, slug: str, later: int) -> None:
        """What was reviewed is not what stands there: refused, and nothing moves."""
        model = self.model
        number = data.draw(st.integers(0, len(self.versions) - 1))
        held = model.standing.get(slug)
        others = [each for rows in model.placements.values() for each in rows if each is not held]
        if model.deleted or model.strict or slug not in model.ladder or not others or (held and held.version == number):
            return
        wrong = data.draw(st.sampled_from(others)).row
        assert wrong is not None
        version = self.version(number)
        self.asked(
            "environment_moved",
            lambda: promote(
                version, to=environment(version.agent, slug), replacing=wrong.pk, by=self.by, at=self.tick(later)
            ),
        )

    @rule(setting=st.sampled_from(["two", "three", "strict", "free", "three", "free", "deleted"]), later=LATER)
    def change_a_setting(self, setting: str, later: int) -> None:
        model, agent = self.model, self.agent
        expected = "agent_deleted" if model.deleted else ""
        if setting in {"two", "three"}:
            steps = 2 if setting == "two" else 3
            if self.asked(expected, lambda: change_ladder(agent, steps=steps, by=self.by, at=self.tick(later))):
                model.ladder = ["sandbox", "pre-release", "live"] if steps == 3 else ["sandbox", "live"]
                if steps == 2:
                    model.standing.pop("pre-release", None)
        elif setting == "deleted":
            if self.asked(expected, lambda: delete_agent(agent, typed=agent.slug, by=self.by)):
                model.deleted = True
        elif self.asked(expected, lambda: change_agent(agent, require_pre_release=setting == "strict", by=self.by)):
            model.strict = setting == "strict"

    @precondition(lambda self: self.model.deleted)
    @rule()
    def have_the_agent_back(self) -> None:
        restore_agent(self.agent, by=self.by)
        self.model.deleted = False

    @invariant()
    def what_stands_where(self) -> None:
        rows = Deployment.objects.filter(agent=self.key)
        standing = {row.environment.slug: row for row in rows.active().select_related("environment", "version")}
        numbers = {slug: self.versions.index(row.version) for slug, row in standing.items()}
        assert numbers == {slug: placed.version for slug, placed in self.model.standing.items()}
        for slug, row in standing.items():
            back = self.model.standing[slug].previous
            assert row.previous == (back.row if back else None)
        for slug, placed in self.model.placements.items():
            listed = list(rows.filter(environment__slug=slug).newest_first())
            assert listed == [each.row for each in reversed(placed)]

    @invariant()
    def what_the_draft_holds(self) -> None:
        draft = draft_of(self.agent, whole=True)
        model = self.model.draft
        assert (draft is None) == (model is None)
        if draft is None or model is None:
            return
        files = {path: content.hash_of(held) for path, held in model.files.items()}
        assert content.contents(draft.agent, draft.manifest) == model.files
        assert draft.manifest_digest == content.digest_of(files)
        assert draft.base == (None if model.base is None else self.versions[model.base])
        base = {path: content.hash_of(held) for path, held in self.model.files(model.base).items()}
        held = {content.hash_of(each): each for each in (*model.files.values(), *self.model.files(model.base).values())}
        counts = compare(base, files, lambda asked: {key: held[key] for key in asked}).counts
        assert (draft.added, draft.removed, draft.changed, draft.moved) == (
            counts.added,
            counts.removed,
            counts.changed,
            counts.moved,
        )
        assert draft.errors == errors_of(model.files)

    @invariant()
    def what_was_published_stays(self) -> None:
        for version, files in zip(self.versions, self.model.versions, strict=True):
            assert content.contents(self.agent, Version.objects.get(pk=version.pk).manifest) == files

    def teardown(self) -> None:
        if hasattr(self, "model"):
            assert verify().problems == []
            placed = Event.objects.filter(agent=self.key, kind__in=Event.RELEASE_KINDS, refused=False).count()
            assert placed == sum(map(len, self.model.placements.values()))

    def asked(self, expected: str, act: Callable[[], object]) -> object:
        """What the verb gives back; None where it was refused, for exactly the reason that the model expects."""
        done: object = None
        code = ""
        try:
            done = act()
        except Refused as refused:
            code = refused.code
        assert code == expected
        return None if code else done or True

    def version(self, number: int) -> Version:
        return Version.objects.select_related("agent__workspace").get(pk=self.versions[number].pk)

    def tick(self, later: int) -> datetime:
        self.now += timedelta(seconds=later)
        return self.now


@pytest.mark.django_db
def test_whatever_people_do_in_whatever_order_is_what_a_plain_model_says() -> None:
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=25, stateful_step_count=25))

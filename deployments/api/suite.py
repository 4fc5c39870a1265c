"""Shapes of the test suite, as published: camelCase runs, snake_case results inside them."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from deployments.api.shapes import Moment, Shape
from deployments.api.talks import Place
from deployments.suite.case import FOLDER

ENDING: Final = ".yaml"
ID: Final = "TEST_CASES-"

RunStatus = Literal["pending", "running", "completed", "cancelled"]
RunVerdict = Literal["passed", "failed", "incomplete"]
CaseStatus = Literal["pending", "running", "passed", "failed", "error", "timed_out"]
Outcome = Literal["passed", "failed", "error", "timed_out", "incomplete", "cancelled"]

CaseId = Field(
    description="Made of the file's name, `TEST_CASES-` before it: it stays while the file does, and the same file in "
    "another version or agent has the same one. A file that is renamed has another from then on."
)


def id_of(path: str) -> str:
    """`TEST_CASES-luggage` for `test_suite/luggage.yaml`."""
    return ID + path.removeprefix(FOLDER).removesuffix(ENDING)


def path_of(text: str) -> str:
    """The file that an id stands for; a path stands for itself."""
    return f"{FOLDER}{text.removeprefix(ID)}{ENDING}" if text.startswith(ID) else text


class RunShape(Shape):
    """Test cases run once, or some times each, against one content of an agent."""

    id: UUID
    name: str = Field(description="As it was named; else its test set's name, else empty.")
    status: RunStatus = Field(description="`pending` and `running` go on; the others are final.")
    verdict: RunVerdict | None = Field(
        description="What a completed run came to: `incomplete` where something could not be judged. Null until then."
    )
    test_case_count: int = Field(description="0 until the cases of a run that a placement started were looked up.")
    passed_count: int = Field(description="Cases, not attempts. Of a run that goes on: as it stands now.")
    failed_count: int
    error_count: int = Field(description="Incomplete cases among them: nobody may take one for passed.")
    incomplete_count: int
    started_at: Moment
    finished_at: Moment | None
    started_by: str = Field(description="An email; empty for what no person started.")
    trigger: Literal["hand", "placed", "nightly"] = Field(description="`placed`: started by a publish or promotion.")
    branch_id: Literal["main"] = "main"
    environment: Place | None = Field(description="What it ran against; null for a version by itself.")
    version: str | None = Field(description="The hash of what it ran against; null for the draft.")
    deployment_id: UUID | None = Field(description="The placement that started it.")
    test_set_id: str | None
    test_set_name: str
    engine: str = Field(description="What answered: `offline`, or the model.")
    repeats: int = Field(description="How often each case is run.")


class PromptResult(BaseModel):
    prompt: str = Field(description="What was expected, or the statement that a model judges.")
    is_pass: bool
    is_judged: bool = Field(description="False where nobody could judge it: then it has not passed either.")
    reason: str
    turn: int | None = Field(description="The turn that decided it; null for the whole conversation.")


class CallFailure(BaseModel):
    name: str
    arguments: dict[str, Any]
    failure_reason: str
    error: str = ""
    is_pass: Literal[False] = False


class Results(BaseModel):
    prompt_assertion_results: list[PromptResult] = Field(description="Every expectation that is no function call.")
    function_call_failures: list[CallFailure]


class RawCall(BaseModel):
    name: str
    arguments: dict[str, Any]


class RawTurn(BaseModel):
    user_input: str = Field(description="Empty: the greeting, or a silence.")
    agent_response: str
    function_calls: list[RawCall]


class RawConversation(BaseModel):
    id: str
    turns: list[RawTurn]


class CaseRunShape(Shape):
    """One test case within a run."""

    id: str
    test_run_id: UUID
    test_case_id: str = CaseId
    test_case_snapshot: dict[str, Any] = Field(description="The case as it was then: its `name`, `path` and the rest.")
    attempt: int = Field(description="From 1; more where each case is run some times.")
    status: CaseStatus = Field(description="`error` also for what is incomplete or was cancelled: see `outcome`.")
    outcome: Outcome | None = Field(description="Null while it goes on.")
    reason: str = Field(description="Why it did not pass, in a sentence.")
    seconds: float
    started_at: Moment | None
    finished_at: Moment | None
    results: Results | None = Field(description="Null until it was held.")
    raw_conversation: RawConversation = Field(description="Without turns until it was held.")


class RunDetail(RunShape):
    test_history: list[CaseRunShape] = Field(description="Each case as often as it is run.")


class Runs(Shape):
    test_runs: list[RunShape]


class History(Shape):
    test_history: list[CaseRunShape]


class Select(Shape):
    """Which cases: what a mode does not need is left out."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["testIds", "severity", "tag", "testSet"]
    test_ids: list[str] = Field(default=[], max_length=2000, description="Ids of test cases, or paths of their files.")
    severity: Literal["critical", "high", "normal", "low"] | None = None
    tag: str | None = Field(default=None, max_length=200)
    tags: list[str] = Field(default=[], max_length=100, description="Cases with any of these.")
    test_set: str | None = Field(default=None, max_length=100, description="A test set's id or name.")

    @model_validator(mode="after")
    def _whole(self) -> Select:
        """What the mode speaks of is there. `testIds` may be empty, which is a 422 of its own."""
        if self.mode == "severity" and self.severity is None:
            raise ValueError("the mode severity needs “severity”")
        if self.mode == "tag" and not self.all_tags:
            raise ValueError("the mode tag needs “tag” or “tags”")
        if self.mode == "testSet" and not self.test_set:
            raise ValueError("the mode testSet needs “testSet”")
        return self

    @property
    def all_tags(self) -> set[str]:
        return {tag for tag in (self.tag, *self.tags) if tag}


class Trigger(Shape):
    """Without `select` and `testCaseIds` every case there is."""

    model_config = ConfigDict(extra="ignore")

    branch_id: str = Field(max_length=64, description="`main`: there is no other.", examples=["main"])
    select: Select | None = None
    test_case_ids: list[str] | None = Field(default=None, max_length=2000, description="Older form of mode `testIds`.")
    name: str | None = Field(default=None, max_length=120)
    environment: Place | None = Field(default=None, description="What to run against: `sandbox` where nothing is said.")
    version: str | None = Field(default=None, max_length=40, description="Or a version, by 9 characters of its hash.")
    repeats: int = Field(default=1, ge=1, le=20, description="How often each case is run; a test set has its own.")

    @model_validator(mode="after")
    def _one(self) -> Trigger:
        if self.environment is not None and self.version:
            raise ValueError("either “environment” or “version” is given, not both")
        return self


class Triggered(RunShape):
    # Spelled as its readers do, between names that are spelled otherwise.
    count: int = Field(serialization_alias="test_case_count", description="The same as `testCaseCount`.")


class SetShape(Shape):
    """Test cases that are run together, and when."""

    id: str
    name: str
    everything: bool = Field(description="Whatever cases there are; then `testCaseIds` is empty.")
    test_case_ids: list[str]
    after: list[str] = Field(description="Environments into which a placement starts it.")
    nightly: list[str] = Field(description="Environments it runs against each night.")
    repeats: int
    needed: int = Field(description="Percent of the times that have to pass.")
    incomplete_passes: bool
    gates: list[str] = Field(description="Environments before which it has to have passed.")


class Sets(Shape):
    test_sets: list[SetShape]


class CaseShape(Shape):
    """A test case as it is there; its file, `path`, is its definition."""

    id: str = CaseId
    name: str
    path: str
    scenario: str
    channel: str
    language: str | None
    variant: str | None
    tags: list[str]
    severity: str
    turns: list[str] = Field(description="What the caller says; none: the caller is played after the scenario.")


class Cases(Shape):
    test_cases: list[CaseShape]

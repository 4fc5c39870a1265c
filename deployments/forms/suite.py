"""Running tests, what a test set holds and when it runs, and the gates before environments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from deployments.forms.base import Form, SeenForm
from deployments.forms.filters import FilterForm
from deployments.models import Agent, CaseSet, Environment, Run
from deployments.models.suite import RunQuerySet
from deployments.pipeline import SetOptions
from deployments.pipeline.suite.runs import LONGEST_NAME
from deployments.pipeline.suite.sets import LONGEST_NAME as LONGEST_SET_NAME
from deployments.pipeline.suite.sets import MOST_REPEATS

EVERY, CHOSEN = "every", "chosen"


class RunFilter(FilterForm):
    """What narrows the list of runs."""

    set = forms.ChoiceField(required=False, label="Test set")
    place = forms.ChoiceField(required=False, label="Against")
    status = forms.ChoiceField(required=False, label="Status", choices=[("", "Every status"), *Run.Status.choices])

    def __init__(self, agent: Agent, sets: Sequence[CaseSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        places = [("draft", "Draft"), *((step.slug, step.label) for step in agent.ladder), ("version", "A version")]
        _choose(self.fields["set"], [("", "Every set"), *((str(each.pk), each.name) for each in sets)])
        _choose(self.fields["place"], [("", "Everywhere"), *places])

    def runs(self) -> RunQuerySet:
        """The runs as narrowed."""
        said = self.said
        runs = Run.objects.filter(agent=self.agent)
        if said.get("set"):
            runs = runs.filter(case_set=said["set"])
        if said.get("status"):
            runs = runs.filter(status=said["status"])
        match said.get("place"):
            case None:
                pass
            case "draft":
                runs = runs.on_draft()
            case "version":
                runs = runs.filter(environment=None, version__isnull=False)
            case place:
                runs = runs.filter(environment__slug=place)
        return runs.with_details().newest_first()


class RunForm(Form):
    """What is run, against what, and how often. `case` are paths of cases that were chosen beforehand."""

    speaks_of = {"name_too_long": "name"}
    against = forms.CharField(max_length=64, label="Against")
    what = forms.ChoiceField(label="Test cases", widget=forms.RadioSelect)
    case = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    repeats = forms.IntegerField(
        label="Times each",
        min_value=1,
        max_value=MOST_REPEATS,
        required=False,
        help_text=f"From 1 to {MOST_REPEATS}, for models that vary. A test set says itself how often.",
    )
    name = forms.CharField(
        label="Name", max_length=LONGEST_NAME, required=False, help_text="By which it stands in Test runs."
    )

    def __init__(self, sets: Sequence[CaseSet], paths: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sets = {str(each.pk): each for each in sets}
        self.paths = list(dict.fromkeys(paths))
        many = f"{len(self.paths):,} chosen case{'s' if len(self.paths) != 1 else ''}"
        chosen = [(CHOSEN, many)] if self.paths else []
        held = [(key, f"Test set “{each.name}”") for key, each in self.sets.items()]
        _choose(self.fields["what"], [*chosen, (EVERY, "Every case"), *held])
        _choose(self.fields["case"], [(path, path) for path in self.paths])

    @property
    def asked(self) -> tuple[CaseSet | None, list[str]]:
        """The set, or the paths; neither: every case."""
        said = self.cleaned_data["what"]
        return self.sets.get(said), self.paths if said == CHOSEN else []


class BesideForm(Form):
    left = forms.CharField(max_length=64, label="One side")
    right = forms.CharField(max_length=64, label="The other side")
    what = forms.ChoiceField(label="Test cases", widget=forms.RadioSelect)

    def __init__(self, sets: Sequence[CaseSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sets = {str(each.pk): each for each in sets}
        held = [(key, f"Test set “{each.name}”") for key, each in self.sets.items()]
        _choose(self.fields["what"], [(EVERY, "Every case"), *held])

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("left") and said.get("left") == said.get("right"):
            self.add_error("right", "Choose another than the first: one content answers as itself.")

    @property
    def case_set(self) -> CaseSet | None:
        return self.sets.get(self.cleaned_data["what"])


class SetForm(SeenForm):
    """`instead_of`: the state of the set that was opened; of a new one nothing."""

    speaks_of = {
        "name_missing": "name",
        "name_too_long": "name",
        "name_taken": "name",
        "cases_missing": "cases",
        "too_many_cases": "cases",
    }
    instead_of = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label="Name", max_length=LONGEST_SET_NAME)
    everything = forms.BooleanField(label="Every test case, also those still to be written", required=False)
    cases = forms.MultipleChoiceField(label="Test cases", required=False, widget=forms.CheckboxSelectMultiple)
    after = forms.MultipleChoiceField(label="Runs", required=False, widget=forms.CheckboxSelectMultiple)
    nightly = forms.MultipleChoiceField(label="Each night", required=False, widget=forms.CheckboxSelectMultiple)
    repeats = forms.IntegerField(
        label="Times each case",
        min_value=1,
        max_value=MOST_REPEATS,
        initial=1,
        help_text="More than once for models that do not always answer alike.",
    )
    needed = forms.IntegerField(label="Percent of the times that must pass", min_value=1, max_value=100, initial=100)
    incomplete_passes = forms.BooleanField(
        label="A case passes though something could not be judged",
        required=False,
        help_text="Meaning is judged by a model. Without one it is marked as not judged, and the case as incomplete.",
    )

    def __init__(self, agent: Agent, cases: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["cases"], list(cases))
        _choose(self.fields["after"], [(step.slug, after_in_words(step)) for step in agent.ladder])
        _choose(self.fields["nightly"], [(step.slug, f"What stands in {step.label}") for step in agent.ladder])

    @property
    def options(self) -> SetOptions:
        return SetOptions(**{key: value for key, value in self.cleaned_data.items() if key != "instead_of"})


class GatesForm(Form):
    """A choice of set for each environment but the first."""

    def __init__(self, agent: Agent, sets: Sequence[CaseSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sets = {str(each.pk): each for each in sets}
        self.steps: dict[str, Environment] = {step.slug: step for step in agent.ladder[1:]}
        choices = [("", "No gate"), *((key, each.name) for key, each in self.sets.items())]
        for step in self.steps.values():
            field = forms.ChoiceField(label=f"Before {step.label}", required=False, choices=choices)
            field.widget.attrs["class"] = "input"
            self.fields[step.slug] = field
            self.initial[step.slug] = str(step.gate_id or "")

    @property
    def chosen(self) -> list[tuple[Environment, CaseSet | None]]:
        return [(step, self.sets.get(self.cleaned_data[slug])) for slug, step in self.steps.items()]


def after_in_words(step: Environment) -> str:
    return f"After {'publishing' if step.is_first else 'promoting'} to {step.label}"


def paths_in(query: QueryDict) -> list[str]:
    """The cases that a page or a form names."""
    return [path for path in query.getlist("case") if path][:2000]


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    cast(forms.ChoiceField, field).choices = choices

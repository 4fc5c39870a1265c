"""The page of real-time config: a form made from the schema, text where there is none, and nothing lost on the way."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, RealTimeConfig, Role
from tests.signing_in import a_client
from tests.vocabulary import an_actor, an_agent, environment, live, published

pytestmark = pytest.mark.django_db

SCHEMA = {
    "type": "object",
    "required": ["open"],
    "properties": {
        "open": {"type": "boolean", "title": "Are we open?", "description": "Callers hear it at once."},
        "wait": {"type": "integer", "minimum": 0},
        "tone": {"enum": ["calm", "brisk"]},
        "note": {"type": "string", "maxLength": 20},
        "menu": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}


def at(agent: Agent, where: str = "live", part: str = "real-time-config") -> str:
    return reverse(part, args=[agent.slug, where])


def present(agent: Agent, where: str = "live") -> RealTimeConfig:
    return pipeline.real_time_config(environment(agent, where))


def with_schema(agent: Agent, values: dict[str, Any] | None = None) -> RealTimeConfig:
    step, by = environment(agent, "live"), an_actor(agent)
    if values is not None:
        pipeline.save_values(step, values, by=by)
    return pipeline.save_schema(step, SCHEMA, by=by)


def test_without_a_schema_the_values_are_one_json_text() -> None:
    agent = an_agent()
    client = a_client(agent)

    answer = client.post(at(agent), {"started_from": present(agent).last_updated, "rest": '{"b": 1, "a": [true]}'})

    assert answer.status_code == 302
    assert list(present(agent).values.items()) == [("b", 1), ("a", [True])]


def test_a_schema_makes_a_field_of_each_name_with_its_title_and_description() -> None:
    agent = an_agent()
    with_schema(agent, {"open": True, "wait": 5, "menu": ["fish"]})

    page = a_client(agent).get(at(agent)).text

    for words in ("Are we open?", "Callers hear it at once.", 'value="5"', "brisk", "&quot;fish&quot;"):
        assert words in page
    assert 'name="rest"' not in page


def test_what_the_fields_say_is_saved_in_its_types_and_what_is_empty_left_out() -> None:
    agent = an_agent()
    config = with_schema(agent, {"open": True, "note": "Storm"})
    said = {"value-0": "false", "value-1": "12", "value-2": "calm", "value-3": "", "value-4": '["fish", "soup"]'}

    a_client(agent).post(at(agent), {"started_from": config.last_updated, **said})

    assert present(agent).values == {"open": False, "wait": 12, "tone": "calm", "menu": ["fish", "soup"]}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"value-1": "-1"}, "-1 is less than the minimum of 0."),
        ({"value-1": "many"}, "This is no JSON."),
        ({"value-3": "x" * 21}, "is too long"),
        ({"value-4": '["fish", 7]'}, "/1: 7 is not of type"),
        ({"value-0": ""}, "This field is required."),
    ],
)
def test_what_breaks_the_schema_is_said_beside_its_field_and_what_was_typed_stays(
    said: dict[str, str], words: str
) -> None:
    agent = an_agent()
    config = with_schema(agent, {"open": True})
    sent = {"value-0": "true", "value-3": "Mind the ice", **said}

    answer = a_client(agent).post(at(agent), {"started_from": config.last_updated, **sent})

    assert answer.status_code == 422
    name = next(iter(said))
    field = answer.text.split(f'id="id_{name}_error"')[1].split("</div>")[0]
    assert words in field.replace("&#x27;", "'")
    assert sent["value-3"] in answer.text
    assert present(agent).values == {"open": True}


def test_what_somebody_saved_meanwhile_stands_beside_what_was_typed() -> None:
    agent = an_agent()
    client = a_client(agent)
    seen = present(agent).last_updated
    pipeline.save_values(environment(agent, "live"), {"wait": 1}, by=an_actor(agent))

    refused = client.post(at(agent), {"started_from": seen, "rest": '{"wait": 2}'})
    kept = present(agent).values
    knowing = client.post(at(agent), {"started_from": present(agent).last_updated, "rest": '{"wait": 2}'})

    assert refused.status_code == 422
    assert "Ana Admin saved the real-time config of Live while this was open." in refused.text
    assert "<del><code>1</code></del>" in refused.text
    assert "<ins><code>2</code></ins>" in refused.text
    assert present(agent).last_updated not in {seen}
    assert f'value="{RealTimeConfig.objects.order_by("pk")[0].last_updated}"' in refused.text
    assert kept == {"wait": 1}
    assert knowing.status_code == 302
    assert present(agent).values == {"wait": 2}


def test_earlier_values_are_taken_up_into_the_form_and_saved_only_when_asked() -> None:
    agent = an_agent()
    step, by = environment(agent, "live"), an_actor(agent)
    first = pipeline.save_values(step, {"wait": 1}, by=by)
    pipeline.save_values(step, {"wait": 2}, by=by)
    client = a_client(agent)

    shown = client.get(f"{at(agent)}?from={first.pk}")

    assert "Nothing is saved yet" in shown.text
    assert "&quot;wait&quot;: 1" in shown.text
    assert f"?from={first.pk}" in client.get(at(agent)).text
    assert present(agent).values == {"wait": 2}


@pytest.mark.parametrize("asked", ["0", "none", "9" * 30])
def test_what_this_environment_never_had_is_a_404(asked: str) -> None:
    agent = an_agent()

    assert a_client(agent).get(f"{at(agent)}?from={asked}").status_code == 404


def test_a_schema_is_saved_and_a_misfit_is_shown_where_it_is_put_right() -> None:
    agent = an_agent()
    pipeline.save_values(environment(agent, "live"), {"open": "yes"}, by=an_actor(agent))
    sent = {"started_from": present(agent).last_updated, "schema": json.dumps(SCHEMA)}

    answer = a_client(agent).post(at(agent, part="real-time-schema"), sent, follow=True)

    assert answer.redirect_chain[-1][0] == at(agent)
    assert "These values do not follow the schema." in answer.text
    assert present(agent).schema == SCHEMA


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "line 1, column 2"), ('{"$ref": "https://x.example"}', "A reference stays inside"), ("[]", "JSON object")],
)
def test_a_schema_that_cannot_be_used_is_refused_beside_its_text(text: str, words: str) -> None:
    agent = an_agent()
    sent = {"started_from": present(agent).last_updated, "schema": text}

    answer = a_client(agent).post(at(agent, part="real-time-schema"), sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert not environment(agent, "live").real_time_configs.exists()


@pytest.mark.parametrize(
    ("role", "part", "status"),
    [
        (Role.EDITOR, "real-time-config", 403),
        (Role.RELEASER, "real-time-config", 302),
        (Role.RELEASER, "real-time-schema", 403),
        (Role.ADMIN, "real-time-schema", 302),
    ],
)
def test_who_may_not_reads_why_and_saves_nothing(role: Role, part: str, status: int) -> None:
    agent = an_agent()
    client = a_client(agent, role)
    sent = {"started_from": present(agent).last_updated, "rest": '{"a": 1}', "schema": '{"title": "A"}'}

    shown = client.get(at(agent, part=part)).text
    answer = client.post(at(agent, part=part), sent)

    assert answer.status_code == status
    assert ("may change real-time" in shown) is (status == 403)
    assert environment(agent, "live").real_time_configs.exists() is (status == 302)


def test_values_of_two_environments_are_compared_beside_what_stands_there() -> None:
    agent = an_agent()
    live(agent)
    published(agent)
    by = an_actor(agent)
    pipeline.save_values(environment(agent, "sandbox"), {"open": True, "wait": 9}, by=by)
    pipeline.save_values(environment(agent, "live"), {"open": True, "wait": 3}, by=by)
    client = a_client(agent)

    both = client.get(reverse("comparison", args=[agent.slug, "live", "sandbox"])).text
    one = client.get(reverse("comparison", args=[agent.slug, "live", published(agent).version.short])).text

    group = both.split('id="real-time"')[1]
    assert "not part of the version" in group
    assert "<del><code>3</code></del>" in group
    assert "<ins><code>9</code></ins>" in group
    assert "/open" not in group
    assert 'id="real-time"' not in one


def test_the_line_of_history_tells_place_old_and_new() -> None:
    agent = an_agent()
    step, by = environment(agent, "live"), an_actor(agent)
    pipeline.save_values(step, {"wait": 1}, by=by)
    pipeline.save_values(step, {"wait": 2, "note": "<b>"}, by=by)

    pipeline.save_values(step, {f"name-{number}": number for number in range(9)}, by=by)

    page = re.sub("</?bdi>", "", a_client(agent).get(reverse("history", args=[agent.slug])).text)

    assert "changed real-time values of" in page
    assert "<summary>7 further places</summary>" in page
    assert page.count("/name-") == 9
    assert "/wait: 1 → 2" in page
    assert "/note: nothing → &quot;&lt;b&gt;&quot;" in page

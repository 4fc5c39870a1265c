from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, DraftChange, Role, content
from deployments.resources import KINDS, read_all
from tests.resources.examples_of_agents import folder
from tests.signing_in import a_client
from tests.vocabulary import FILES, RULES, an_agent, edited, live, published

pytestmark = pytest.mark.django_db
TOPIC = "topics/luggage_limits.yaml"
HANDOFF = "config/handoffs.yaml#handoffs/front_desk"


def address(agent: Agent, path: str) -> str:
    return reverse("edit", args=[agent.slug, path])


def form_of(page: str) -> dict[str, str]:
    """What a browser would send for the form as it stands."""
    form = page[page.index('<form class="card edit"') : page.index("</form>", page.index('<form class="card edit"'))]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in said and said["name"] != "csrfmiddlewaretoken":
            if said.get("type") == "checkbox":
                if re.search(r"\schecked\b", tag):
                    sent[said["name"]] = "on"
            else:
                sent[html.unescape(said["name"])] = html.unescape(said.get("value", ""))
    for name, text in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.S):
        sent[name] = html.unescape(text).replace("\n", "\r\n")
    for name, options in re.findall(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option selected>([^<]*)", options)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    return sent


def opened(client: Client, agent: Agent, path: str) -> dict[str, str]:
    answer = client.get(address(agent, path))
    assert answer.status_code == 200, path
    return form_of(answer.text)


def file(agent: Agent, path: str) -> bytes:
    draft = agent.__class__.objects.get(pk=agent.pk).draft
    return content.contents(agent, draft.manifest)[path]


def test_an_edit_changes_its_value_and_no_other_byte() -> None:
    held = b"name: Luggage limits # shown to callers\nenabled:   true\ncontent: 'Two bags.'\nactions: ''\n"
    agent = an_agent(files={**FILES, TOPIC: held})
    live(agent)
    client = a_client(agent, Role.EDITOR)

    answer = client.post(address(agent, TOPIC), opened(client, agent, TOPIC) | {"content": "Three bags."})

    assert answer.status_code == 302
    assert file(agent, TOPIC) == held.replace(b"'Two bags.'", b"Three bags.")
    change = DraftChange.objects.get(path=TOPIC)
    assert change.kind == DraftChange.Kind.UPDATED


def test_a_form_sent_as_it_stands_changes_nothing_for_every_kind() -> None:
    agent = an_agent(files=folder("agent"))
    client = a_client(agent, Role.EDITOR)
    kinds = set()
    before = content.contents(agent, agent.draft_or_none.manifest if agent.draft_or_none else agent.draft.manifest)

    for resource in read_all(before):
        if KINDS[resource.kind].form in ("derived", "bytes", "rest") or resource.problem:
            continue
        kinds.add(resource.kind)
        answer = client.post(address(agent, resource.path), opened(client, agent, resource.path))
        assert answer.status_code == 302, resource.path

    assert content.contents(agent, Agent.objects.get(pk=agent.pk).draft.manifest) == before
    assert len(kinds) > 25


def test_rows_are_added_filled_moved_and_taken_out_without_saving_before_it_is_asked() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.EDITOR)
    sent = opened(client, agent, TOPIC)

    added = client.post(address(agent, TOPIC), sent | {"act": "add example_queries"})
    sent = form_of(added.text) | {"example_queries.3": "May I bring skis?"}
    moved = form_of(client.post(address(agent, TOPIC), sent | {"act": "up example_queries.3"}).text)
    fewer = form_of(client.post(address(agent, TOPIC), moved | {"act": "drop example_queries.1"}).text)

    assert added.status_code == 200
    assert not hasattr(Agent.objects.get(pk=agent.pk), "draft")
    client.post(address(agent, TOPIC), fewer)
    saved = file(agent, TOPIC).decode()
    assert "How many bags" not in saved
    assert saved.index("skis?") < saved.index("weight limit")


def test_what_is_typed_wrong_is_kept_with_its_reason_beside_it() -> None:
    agent = an_agent(files=folder("agent"))
    client = a_client(agent, Role.EDITOR)
    functions = [each for each in read_all(folder("agent")) if each.kind == "function"]
    path = next(each.path for each in functions if "delay" in each.fields)
    sent = opened(client, agent, path)

    answer = client.post(
        address(agent, path), sent | {"delay.delay_before_responses_start": "soon", "description": "Kept"}
    )

    assert answer.status_code == 422
    assert "This must be a number" in answer.text
    kept = form_of(answer.text)
    assert kept["delay.delay_before_responses_start"] == "soon"
    assert kept["description"] == "Kept"


def test_the_second_to_save_the_same_field_sees_both_and_loses_nothing() -> None:
    agent = an_agent()
    live(agent)
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    theirs, mine = opened(ana, agent, TOPIC), opened(ben, agent, TOPIC)
    ana.post(address(agent, TOPIC), theirs | {"content": "Three bags."})

    answer = ben.post(address(agent, TOPIC), mine | {"content": "Four bags."})

    assert answer.status_code == 422
    assert "Ana saved this since you opened it" in answer.text
    assert "Three bags." in answer.text
    assert form_of(answer.text)["content"] == "Four bags."
    assert b"Three bags." in file(agent, TOPIC)
    ben.post(address(agent, TOPIC), form_of(answer.text))
    assert b"Four bags." in file(agent, TOPIC)


def test_what_two_people_changed_in_different_fields_is_put_together_when_asked() -> None:
    agent = an_agent()
    live(agent)
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    theirs, mine = opened(ana, agent, TOPIC), opened(ben, agent, TOPIC)
    ana.post(address(agent, TOPIC), theirs | {"content": "Three bags."})

    answer = ben.post(address(agent, TOPIC), mine | {"name": "Luggage limits", "example_queries.1": "Bags?"})

    assert "You changed different fields" in answer.text
    ben.post(address(agent, TOPIC), form_of(answer.text))
    saved = file(agent, TOPIC)
    assert b"Three bags." in saved
    assert b"Bags?" in saved


def test_a_whole_file_is_edited_as_text_and_keeps_its_line_ends() -> None:
    agent = an_agent(files={**FILES, "notes/plan.txt": b"one\r\ntwo\r\n"})
    client = a_client(agent, Role.EDITOR)
    where = address(agent, "notes/plan.txt") + "?file"

    client.post(where, form_of(client.get(where).text) | {"text": "one\r\n2\r\n"})

    assert file(agent, "notes/plan.txt") == b"one\r\n2\r\n"


def test_a_file_that_cannot_be_read_is_edited_as_text() -> None:
    agent = an_agent(files={**FILES, "topics/tides.yaml": b"name: [Tides\n"})
    client = a_client(agent, Role.EDITOR)

    answer = client.get(address(agent, "topics/tides.yaml"))

    assert answer.status_code == 302
    assert "name: [Tides" in client.get(answer["Location"]).text


def test_back_to_what_it_began_from_there_is_no_draft() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.EDITOR)
    sent = opened(client, agent, RULES)
    client.post(address(agent, RULES), sent | {"text": "Be kind.\n"})

    client.post(address(agent, RULES), opened(client, agent, RULES) | {"text": sent["text"]})

    assert not hasattr(Agent.objects.get(pk=agent.pk), "draft")


def test_only_editors_edit_and_nothing_is_there_to_edit_elsewhere() -> None:
    agent = an_agent()
    published(agent)
    viewer = a_client(agent, Role.VIEWER)

    assert viewer.get(address(agent, TOPIC)).status_code == 403
    assert ">Edit</a>" not in viewer.get(reverse("resource", args=[agent.slug, TOPIC])).text
    assert ">Edit</a>" in a_client(agent, Role.EDITOR).get(reverse("resource", args=[agent.slug, TOPIC])).text
    assert a_client(agent, Role.EDITOR).get(address(agent, "topics/none.yaml")).status_code == 404
    assert a_client(agent, Role.EDITOR).get(address(agent, "#variables/cabin")).status_code == 404


AROUND = {
    "config/variant_attributes.yaml": (
        b"variants:\n- name: pier\n  is_default: true\nattributes:\n- name: desk\n  values:\n    pier: a\n    quay: b\n"
    ),
    "flows/board_ship/flow_config.yaml": b"name: Board ship\ndescription: Boards.\nstart_step: Ask\n",
    "flows/board_ship/steps/ask.yaml": (
        b"step_type: advanced_step\nname: Ask\nasr_biasing:\n  is_enabled: true\n  custom_keywords:\n  - lobby\n"
        b"dtmf_config:\n  is_enabled: true\n  inter_digit_timeout: 3\n  max_digits: 4\nprompt: Ask.\n"
    ),
    "flows/board_ship/steps/lift.yaml": b"step_type: advanced_step\nname: Lift\nprompt: Which deck?\n",
    "voice/response_control/phrase_filtering.yaml": (
        b"phrase_filtering:\n- name: rude\n  regular_expressions:\n  - damn\n  function: find_cabin\n"
    ),
    "voice/speech_recognition/keyphrase_boosting.yaml": b"keyphrases:\n- keyphrase: pier\n  level: boosted\n",
}
FILTER = "voice/response_control/phrase_filtering.yaml#phrase_filtering/rude"


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        (TOPIC, {f"example_queries.{row}": f"How {row}?" for row in range(1, 22)}, "21 entries; 20 are allowed"),
        (HANDOFF, {"sip_config.method": "shout"}, "Choose invite, refer or bye"),
        ("flows/board_ship/steps/ask.yaml", {"dtmf_config.max_digits": "-1"}, "of at least 0"),
        ("flows/board_ship/steps/ask.yaml", {"dtmf_config.max_digits": "1.5"}, "must be a whole number"),
        ("voice/speech_recognition/keyphrase_boosting.yaml#keyphrases/pier", {"level": "loud"}, "is not known"),
        ("flows/board_ship/steps/lift.yaml", {"dtmf_config.end_key": "*"}, "While this is off"),
    ],
    ids=["list", "choice in a section", "range", "whole number", "choice", "section that is off"],
)
def test_what_is_beyond_its_limits_is_refused_beside_its_field(path: str, typed: dict[str, str], words: str) -> None:
    agent = an_agent(files={**FILES, **AROUND})
    client = a_client(agent, Role.EDITOR)
    sent = opened(client, agent, path)

    answer = client.post(address(agent, path), sent | typed)

    assert answer.status_code == 422
    beside = answer.text[answer.text.index(words) - 300 : answer.text.index(words)]
    assert 'class="error"' in beside
    assert form_of(answer.text) | typed == form_of(answer.text)
    held = path.partition("#")[0]
    assert file(agent, held) == {**FILES, **AROUND}[held]


def test_what_was_wrong_before_does_not_keep_anybody_from_saving() -> None:
    queries = b"".join(b"- Question %d?\n" % number for number in range(25))
    agent = an_agent(files={**FILES, TOPIC: b"name: Luggage limits\ncontent: Two.\nexample_queries:\n" + queries})
    client = a_client(agent, Role.EDITOR)

    answer = client.post(address(agent, TOPIC), opened(client, agent, TOPIC) | {"content": "Three."})

    assert answer.status_code == 302
    assert b"Three." in file(agent, TOPIC)


def test_a_name_of_another_resource_is_chosen_from_those_there_are_and_leads_there() -> None:
    agent = an_agent(files={**FILES, **AROUND})
    client = a_client(agent, Role.EDITOR)

    page = client.get(address(agent, FILTER)).text
    step = client.get(address(agent, "flows/board_ship/flow_config.yaml")).text

    assert '<option value="find_cabin">' in page
    assert f'href="{reverse("resource", args=[agent.slug, "functions/find_cabin.py"])}">Open find_cabin' in page
    assert f'href="{reverse("resource", args=[agent.slug, "flows/board_ship/steps/ask.yaml"])}">Open Ask' in step


def test_problems_are_counted_in_the_list_and_lead_to_their_field() -> None:
    agent = an_agent(files={**FILES, **AROUND})
    path = "config/variant_attributes.yaml#attributes/desk"

    listed = a_client(agent, Role.EDITOR).get(reverse("resources", args=[agent.slug])).text
    links = [html.unescape(link) for link in re.findall(r'class="wrong" data-severity="error" href="([^"]*)"', listed)]
    link = next(link for link in links if "attributes" in link)
    where, _, anchor = link.partition("#")
    page = a_client(agent, Role.EDITOR).get(where).text

    assert where == address(agent, path)
    note = page.index(f'id="{unquote(anchor)}"')
    assert page.rindex("<legend>", 0, note) == page.index("<legend>Values")
    viewer = a_client(agent, Role.VIEWER).get(reverse("resources", args=[agent.slug])).text
    assert where not in viewer


def test_problems_stand_beside_their_field() -> None:
    agent = an_agent()
    edited(
        agent,
        {TOPIC: b"name: Luggage limits\nenabled: true\ncontent: Ask {{fn:nobody}}.\nactions: 'Call {{fn:nobody}}'\n"},
    )

    page = a_client(agent, Role.EDITOR).get(address(agent, TOPIC)).text

    assert page.index('id="f-actions"') < page.index("nobody", page.index('class="help note"'))


def test_who_else_has_it_open_is_told_and_forgotten_when_their_page_falls_silent() -> None:
    agent = an_agent()
    live(agent)
    where = reverse("presence", args=[agent.slug, TOPIC])

    with time_machine.travel(datetime(2030, 1, 5, 14, 2, tzinfo=UTC), tick=False) as clock:
        ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
        alone = ana.post(where).text
        both = ben.post(where).text
        clock.shift(timedelta(seconds=60))
        later = ana.post(where).text

    assert "open too" not in alone
    assert "Ana has this open too" in both
    assert "open too" not in later
    assert a_client(agent, Role.VIEWER).post(where).status_code == 403


def test_a_name_is_changed_by_renaming_and_an_address_follows_a_code() -> None:
    agent = an_agent(files={**FILES, "agent_settings/languages.yaml": b"additional_languages:\n- fr-FR\n- de-DE\n"})
    client = a_client(agent, Role.EDITOR)
    french = "agent_settings/languages.yaml#additional_languages/fr-FR"

    answer = client.post(address(agent, french), opened(client, agent, french) | {"code": "fr-CA"})

    assert "name" not in opened(client, agent, HANDOFF)
    assert answer["Location"].endswith("languages.yaml%23additional_languages/fr-CA")
    assert client.get(answer["Location"]).status_code == 200

"""What the texts of a version say at the moment they are used."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.runtime.wording import Lexicon, Moment, Use, meant_for, worded

LEXICON = Lexicon(
    functions=frozenset({"find_cabin"}),
    flow_functions=frozenset({"save_day"}),
    handoffs=frozenset({"Front desk"}),
    templates=frozenset({"menu"}),
    entities=frozenset({"party_size", "day"}),
    attributes=frozenset({"city", "seats"}),
    translations={"hello": {"en-GB": "Hello", "es": "Hola"}, "bye": {"es": "Adiós"}, "new": {}},
)
MOMENT = Moment(
    language="es",
    default_language="en-GB",
    state={
        "name": "Ada",
        "name_of": "x",
        "day": date(2026, 1, 15),
        "cabins": ["A", 2],
        "city": "state",
        "odd": "{{fn:find_cabin}}",
    },
    attributes={"city": "Oslo", "seats": 4},
    entities={"day": "2026-01-15"},
)


def said(text: str, use: Use = Use.PROMPT) -> str:
    return worded(text, use, LEXICON, MOMENT).text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Dear $name", "Dear Ada"),
        ("{{vrbl:name}} and {{vrbl:never_set}}.", "Ada and ."),
        ("$name.age, $name_of, $nothing!", "Ada.age, x, !"),
        ("$1 and $5.00 and 3$", "$1 and $5.00 and 3$"),
        ("$day, {{vrbl:cabins}}", '2026-01-15, ["A", 2]'),
        ("${variant_city} ${city} ${name}", "Oslo Oslo Ada"),
        ("{{attr:city}} has {{attr:seats}}", "Oslo has 4"),
        ("{{entity:day}}, {{entity:party_size}}", "2026-01-15, party size"),
        ("{{tn:hello}}", "Hola"),
        ("call {{fn:find_cabin}} or {{ft:save_day}}", "call find_cabin or save_day"),
        ("{{ho:Front desk}}, {{twilio_sms:menu}}", "handoff_front_desk, send_sms_menu"),
        ("a value is not read again: $odd", "a value is not read again: {{fn:find_cabin}}"),
    ],
)
def test_a_reference_in_a_prompt_says_what_it_stands_for(written: str, read: str) -> None:
    assert worded(written, Use.PROMPT, LEXICON, MOMENT) == type(worded("", Use.PROMPT, LEXICON, MOMENT))(read, ())


@pytest.mark.parametrize("written", ["{{fn:gone}}", "{{attr:gone}}", "{{tn:gone}}", "{{ho:gone}}", "{{odd:thing}}"])
def test_a_reference_to_nothing_stays_in_a_prompt_and_is_never_spoken(written: str) -> None:
    prompt, spoken = (worded(f"So {written}.", use, LEXICON, MOMENT) for use in (Use.PROMPT, Use.SPOKEN))

    assert prompt.text == f"So {written}."
    assert spoken.text == "So ."
    assert len(prompt.warnings) == len(spoken.warnings) == 1
    assert written in prompt.warnings[0]


@pytest.mark.parametrize(
    "written", ["{{fn:find_cabin}}", "{{ft:save_day}}", "{{ho:Front desk}}", "{{twilio_sms:menu}}"]
)
def test_a_function_is_not_spoken(written: str) -> None:
    spoken = worded(written, Use.SPOKEN, LEXICON, MOMENT)

    assert spoken.text == ""
    assert len(spoken.warnings) == 1


def test_an_entity_that_is_not_known_yet_is_not_spoken() -> None:
    assert said("For {{entity:party_size}}.", Use.SPOKEN) == "For ."


def test_a_translation_falls_back_to_the_default_language_and_then_says_nothing() -> None:
    dutch = Moment(language="nl", default_language="en-GB")

    assert worded("{{tn:hello}}", Use.SPOKEN, LEXICON, dutch).text == "Hello"
    for key in ("bye", "new"):
        missing = worded(f"{{{{tn:{key}}}}}", Use.SPOKEN, LEXICON, dutch)
        assert missing.text == ""
        assert len(missing.warnings) == 1


@given(st.text())
def test_a_value_is_told_as_it_is(value: str) -> None:
    assert worded("<$it>", Use.PROMPT, LEXICON, Moment("en", state={"it": value})).text == f"<{value}>"


NESTED = "a<channel:voice>b<language:es>c</language><channel:webchat>d</channel></channel>e"


@pytest.mark.parametrize(
    ("channel", "language", "read"),
    [("voice", "es-MX", "abce"), ("voice", "en-GB", "abe"), ("webchat", "es", "ae"), ("sms", "en", "ae")],
)
def test_a_text_keeps_what_is_meant_for_its_channel_and_language(channel: str, language: str, read: str) -> None:
    assert meant_for(NESTED, channel=channel, language=language).text == read


def test_a_region_is_not_meant_for_another() -> None:
    assert meant_for("<language:es-MX>x</language>", channel="voice", language="es-ES").text == ""
    assert meant_for("<language:es-MX>x</language>", channel="voice", language="es-MX").text == "x"


@pytest.mark.parametrize(
    "written",
    [
        "a</channel>b",
        "<channel:voice>a",
        "<language:es>a</channel>",
        "</language><channel:webchat>x",
        "a<channel:sms>b",
    ],
)
def test_a_tag_without_its_other_end_is_text(written: str) -> None:
    read = meant_for(written + "<language:en>!</language>", channel="webchat", language="en")

    assert read.text == written + "!"
    assert read.warnings


@given(
    st.text("ab<>:/ ") | st.lists(st.sampled_from(["<channel:voice>", "</channel>", "<language:es>", "x"])).map("".join)
)
def test_whatever_is_written_is_read(written: str) -> None:
    read = meant_for(written, channel="voice", language="es")

    assert read.text.count("x") == written.count("x")

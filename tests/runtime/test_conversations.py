"""Conversations with the agents of the story, answered by the offline engine: topics, flows, functions, endings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from deployments.runtime.engine import Engine
from deployments.runtime.models import models_from
from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.turns import Turn, as_json
from tests.runtime.agents import STORY, of_the_story
from tests.runtime.talking import BEGAN, Talk, World

NOON = datetime(2026, 10, 13, 10, 0, tzinfo=UTC)
BOOKING = '{"from": "Harrow Quay", "to": "Little Brae", "day": "2026-10-14", "time": "08:20", "paid_cents": 4760}'
WORLD = World(
    answers={
        "get_booking": {"status": 200, "text": BOOKING},
        "cancel_booking": {"status": 200, "text": "{}"},
        "create_booking": {"status": 201, "text": '{"reference": "NL4711"}'},
        "move_booking": {"status": 200, "text": "{}"},
        "latest": {"status": 200, "text": '{"wave_height": 1.2}'},
        "free_rooms": {"status": 200, "text": '{"small": 2, "harbour": 1, "garden": 2, "family": 1}'},
        "stay": {"status": 200, "text": '{"next_arrival_today": false}'},
        "hold_room": {"status": 200, "text": "{}"},
    }
)


class Offline(Talk):
    """The same conversations, with nobody's script."""

    def __init__(self, book: Playbook, sandbox: Sandbox, **setting: Any) -> None:
        super().__init__(book, sandbox, WORLD, began=NOON, caller_number="+4915550166", **setting)
        self.engine = Engine(sandbox, models_from(""), lambda: BEGAN)

    def all(self, inputs: Sequence[str]) -> list[Turn]:
        return [self.says(text) for text in inputs]


FERRY, HOTEL = "ferry-desk", "harbour-hotel"
# Agent, what is said, the functions that run in this order, the place at the end, words of the last answer.
CONVERSATIONS: list[tuple[str, str, str, str | None, str]] = [
    (FERRY, "How much luggage may I bring?", "", None, "Two pieces and whatever you can carry"),
    (FERRY, "Can I bring my bike?|yes|Skarra|two|none", "quote_fare", None, "The single fare is 32 euros."),
    (FERRY, "How much is a ticket to Skarra?|2 adults and 1 child|with a car", "quote_fare", None, "75 euros 25"),
    (FERRY, "I want to book a ferry to Skarra tomorrow|for two people|the quarter past nine|with a car",
     "begin_booking save_route check_weather find_sailings hold_sailing save_vehicle check_room", "Read back",
     "2026-10-14 at 09:15, 2 people, vehicle car, 68 euros. Shall I book that for you?"),
    (FERRY, "I want to book a ferry to Skarra tomorrow|for two people|09:15|on foot|yes",
     "begin_booking save_route check_weather find_sailings hold_sailing save_vehicle check_room confirm_booking", None,
     "Your reference is N L 4 7 1 1."),
    (FERRY, "I want to book a ferry to Skarra tomorrow|for two people|09:15|on foot|no",
     "begin_booking save_route check_weather find_sailings hold_sailing save_vehicle check_room", "Read back",
     "Nothing was booked."),
    (FERRY, "Can I just turn up?|yes please|Little Brae|How long does the crossing take?", "begin_booking save_route",
     "Ask day", "On which day would you like to cross"),
    (FERRY, "I want my money back|NL 2906|the boat did not sail|yes",
     "begin_refund find_paid_booking compute_refund weigh_reason start_refund", None, "Your refund of 47 euros 60"),
    (FERRY, "I want my money back|my reference is nl2906|I had a bad cold and was ill",
     "begin_refund find_paid_booking compute_refund weigh_reason", "Offer refund", "38 euros 8 of 47 euros 60"),
    (FERRY, "I left my jacket on the ferry|a red jacket, yesterday|in the saloon|oh one five five five oh one oh oh",
     "begin_lost_property save_report close_report", None, "It is written down under LP26101200."),
    (FERRY, "I need to change my booking|NL2906|on Friday at nine thirty|16:20",
     "begin_change open_booking find_sailings move_booking", None, "You now sail on 2026-10-16 at 16:20."),
    (FERRY, "Is the ferry running today?|to Innish", "weather_report", None, "The boat to Innish sails as planned."),
    (FERRY, "I want to travel to Skarra|sorry, I changed my mind", "begin_booking save_route", None, "All right."),
    (FERRY, "|", "nothing_heard nothing_heard", None, "I still cannot hear you."),
    (FERRY, "What is the capital of Peru?", "", None, "I don't have information about that."),
    (FERRY, "thanks|no", "end_call end_function", None, "Thank you for calling Northline."),
    (HOTEL, "Do you have a room for tonight?|tomorrow for two nights|two|the harbour room|Anna Lee",
     "begin_room look_for_room hold_room finish_enquiry", None, "The room is held for Anna Lee"),
    (HOTEL, "Can you wake me at six?|12", "wake_up_call save_room_number wake_up_call", None, "rings at 06:00."),
    (HOTEL, "Can I have another pillow?|room 5", "request_housekeeping save_room_number request_housekeeping", None,
     "Somebody comes to room 5 within the half hour."),
    (HOTEL, "Can I keep the room until two?|yes", "begin_late_check_out check_room grant_late_check_out", None,
     "The room is yours until 14:00."),
    (HOTEL, "How much is a room?|the garden room|three", "room_prices", None, "EUR 329 for 3 nights"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("agent", "inputs", "functions", "step", "words"), CONVERSATIONS, ids=[str(n) for n in range(len(CONVERSATIONS))]
)
def test_a_conversation_finds_its_way(
    sandbox: Sandbox, agent: str, inputs: str, functions: str, step: str | None, words: str
) -> None:
    turns = Offline(of_the_story(agent), sandbox).all(inputs.split("|"))

    ran = [run.name for turn in turns for run in turn.functions if run.name != "end_function"]
    assert ran == [name for name in functions.split() if name != "end_function"]
    assert turns[-1].step == step
    assert words in turns[-1].said
    assert not [note.text for turn in turns for note in turn.notes if note.level == "error"]


@pytest.mark.parametrize(
    ("agent", "said", "destination"),
    [
        (FERRY, "Can I talk to a human?", "ticket_office"),
        (FERRY, "Somebody fell into the water", "duty_officer"),
        (FERRY, "I want to complain", "ticket_office"),
        (HOTEL, "there is smoke in the corridor", "night_porter"),
    ],
)
def test_who_needs_a_person_gets_the_right_one_and_hears_so(
    sandbox: Sandbox, agent: str, said: str, destination: str
) -> None:
    turn = Offline(of_the_story(agent), sandbox).says(said)

    assert turn.ended is not None
    assert turn.ended.handoff is not None
    assert turn.ended.handoff.destination == destination
    assert turn.said


def test_a_changed_topic_changes_its_answer_alone_and_runs_are_equal_byte_for_byte(sandbox: Sandbox) -> None:
    root = STORY / FERRY
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    luggage = files["topics/luggage.yaml"].replace(b"Two pieces", b"Three pieces")
    after = Playbook.of(files | {"topics/luggage.yaml": luggage})
    asked = ["How much luggage may I bring?", "Can I bring my dog?", "I want my money back", "NL 2906", "goodbye"]

    one, other, again = (Offline(book, sandbox).all(asked) for book in (of_the_story(FERRY), after, after))

    assert [left.said != right.said for left, right in zip(one, other, strict=True)] == [True, *[False] * 4]
    assert "Three pieces" in other[0].said
    assert [_bytes(turn) for turn in other] == [_bytes(turn) for turn in again]


def _bytes(turn: Turn) -> str:
    """A turn without what a watch measured."""
    told = as_json(turn)

    def timeless(value: Any) -> Any:
        match value:
            case dict():
                return {key: timeless(one) for key, one in value.items() if key != "seconds"}
            case list():
                return [timeless(one) for one in value]
        return value

    return repr(timeless(told))


def test_many_at_once_keep_apart(sandbox: Sandbox) -> None:
    book = of_the_story(FERRY)
    talks = [Offline(book, sandbox) for _ in range(8)]

    async def all_at_once() -> list[str]:
        asked = ["How much luggage may I bring?", "Can I bring my dog?"] * 4
        answers = [
            talk.engine.answer(book, talk.setting, talk.standing, text, WORLD, lambda piece: None)
            for talk, text in zip(talks, asked, strict=True)
        ]
        return [turn.said[:4] for _, turn in await asyncio.gather(*answers)]

    assert asyncio.run(all_at_once()) == ["Two ", "Dogs"] * 4

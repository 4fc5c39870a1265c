"""The agents of the story, each walked through a whole conversation; only the model is told what to say."""

from __future__ import annotations

import json

from deployments.runtime.sandbox.running import Sandbox
from tests.runtime.agents import of_the_story
from tests.runtime.talking import Talk, World, call, names


def test_the_ferry_desk_books_a_crossing(sandbox: Sandbox) -> None:
    made = {"status": 201, "text": json.dumps({"reference": "NL4711"}), "headers": {}, "url": "https://x/bookings"}
    talk = Talk(
        of_the_story("ferry-desk"),
        sandbox,
        World({"create_booking": made}),
        channel="voice",
        caller_number="+4915112345",
    )
    assert [reply.source for reply in talk.greeting.replies] == [
        "voice/configuration.yaml#disclaimer_messages",
        "voice/configuration.yaml#greeting",
    ]
    assert "the desk at Harrow Quay, on the mainland." in talk.greeting.said
    assert talk.state["today"] == "2026-01-15"

    route = talk.says("I want to go to Scara", call("begin_booking"), "Which island?")
    assert (route.flow, route.step) == ("Booking", "Ask route")
    assert talk.scene.place is not None
    assert "They start at Harrow Quay unless they say otherwise." in talk.scene.place.prompt
    assert names(talk.scene.offered)[:3] == ["save_route", "port_names", "timetable"]

    talk.says("Skarra", call("save_route", from_port="Harrow Quay", to_port="Skarra"), "Which day?")
    assert talk.scene.place is not None
    assert [one.name for one in talk.scene.place.wanted] == ["passengers", "travel_day"]

    chosen = talk.says(
        "tomorrow, two of us",
        call("save_values", travel_day="tomorrow", passengers="2"),
        call("choose_day_and_party_known"),
        call("find_sailings", from_port="Harrow Quay", to_port="Skarra", day="2026-01-16"),
        "The twenty to seven or the quarter past nine?",
    )
    assert [run.name for run in chosen.functions] == ["check_weather", "find_sailings"]
    assert [move.step for move in chosen.moves] == ["check_weather", "Choose sailing"]
    assert chosen.state["travel_day"] == (None, "2026-01-16")
    assert chosen.state["passengers"] == (None, 2)

    talk.says("quarter past nine", call("hold_sailing", day="2026-01-16", time="09:15"), "A vehicle?")
    back = talk.says("a car", call("save_vehicle", vehicle="car"), "Shall I book that?")
    assert [(run.name, run.by) for run in back.functions] == [("save_vehicle", "model"), ("check_room", "step")]
    assert talk.scene.place is not None
    assert "2026-01-16 at 09:15, 2 people,\nvehicle car, 68 euros." in talk.scene.place.prompt

    booked = talk.says("yes", call("confirm_booking"))
    assert booked.said == "That is booked. Your reference is N L 4 7 1 1. I have texted you a link to pay with."
    assert [one.kind for one in booked.intentions] == ["api_call", "sms"]
    assert booked.intentions[1].told["from"] == "+4915550180"
    assert "https://pay.northline.example/NL4711" in str(booked.intentions[1].told["text"])
    assert booked.flow is None

    over = talk.says("goodbye", "Thank you, and a safe crossing to you all.")
    assert over.said.startswith("Thank you, and a safe crossing\n")
    assert over.ended is not None
    assert over.ended.outcome == "hangup"
    closing = talk.ends()
    assert closing is not None
    assert closing.intentions[0].told == {"name": "outcome", "value": "booked"}


def test_the_ferry_desk_hands_over_when_its_system_is_down_or_nobody_speaks(sandbox: Sandbox) -> None:
    talk = Talk(of_the_story("ferry-desk"), sandbox, channel="voice")
    for _ in range(2):
        assert talk.says("", call("nothing_heard")).ended is None
    over = talk.says("", call("nothing_heard"))

    assert over.said == "I am putting you through to the ticket office."
    assert over.ended is not None
    assert over.ended.handoff is not None
    assert over.ended.handoff.described == "refer, +4915550100"


def test_the_hotel_holds_a_room(sandbox: Sandbox) -> None:
    answers = {
        "free_rooms": {"status": 200, "text": json.dumps({"harbour": 1, "family": 2, "small": 0})},
        "hold_room": {"status": 200, "text": "{}"},
    }
    talk = Talk(of_the_story("harbour-hotel"), sandbox, World(answers), variant="Boathouse")
    assert "in the Boathouse" in talk.greeting.said

    talk.says("Do you have a room?", call("begin_room"), "When would you arrive?")
    offered = talk.says(
        "on Friday for three nights, two of us",
        call("save_values", arrival="Friday", nights="3", guests="2"),
        call("choose_dates_known"),
        "To the harbour, or a family room?",
    )
    assert offered.step == "Offer room"
    assert offered.state["free_rooms"] == (None, ["harbour", "family"])
    assert offered.state["arrival"] == (None, "2026-01-16")

    refused = talk.says("the garden", call("hold_room", room_type="garden"), "That one is taken.")
    assert talk.scene.instruction == "That room is not free. Name the ones that are."
    assert refused.step == "Offer room"
    named = talk.says("the harbour then", call("hold_room", room_type="harbour"), "Under which name?")
    assert named.step == "Take name"
    assert named.state["price_text"] == (None, "EUR 372")

    held = talk.says("Ada", call("finish_enquiry", name="Ada"))
    assert held.said == "The room is held for Ada until six this evening."
    assert (held.flow, held.ended) == (None, None)
    over = talk.says("thank you", call("close_chat"))
    assert over.said == "A good day to you, from all of us in the harbour."
    assert over.ended is not None


def test_the_hotel_gives_a_guest_to_reception_when_a_room_cannot_be_held(sandbox: Sandbox) -> None:
    answers = {"free_rooms": {"status": 200, "text": json.dumps({"harbour": 1})}}
    talk = Talk(of_the_story("harbour-hotel"), sandbox, World(answers))
    talk.says("a room", call("begin_room"), "When?")
    talk.says(
        "x",
        call("save_values", arrival="2026-02-01", nights="1", guests="2"),
        call("choose_dates_known"),
        call("hold_room", room_type="harbour"),
        "Under which name?",
    )
    over = talk.says("Ada", call("finish_enquiry", name="Ada"))

    assert over.said == "I could not hold the room. Reception takes over from here."
    assert over.ended is not None
    assert over.ended.handoff is not None
    assert over.ended.handoff.destination == "reception"

"""The story is told about real faults and real repairs: what each version's functions do is tried here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Made = Callable[..., Any]

LATE = {"today": "2026-11-11", "minutes_now": 23 * 60 + 5}
EVENING = {"today": "2026-11-11", "minutes_now": 19 * 60}
TO_SKARRA = ("Harrow Quay", "Skarra", "2026-11-11")


def test_the_night_boat_was_offered_after_its_last_call(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "05-night-boat")

    said = functions.call("functions.find_sailings", conversation(**LATE), *TO_SKARRA)

    assert "night boat at 23:10" in said


def test_the_night_boat_is_no_longer_offered_after_its_last_call(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "06-last-call")

    said = functions.call("functions.find_sailings", conversation(**LATE), *TO_SKARRA)

    assert "night boat" not in said


def test_the_night_boat_is_still_offered_while_it_may_be_boarded(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "06-last-call")

    said = functions.call("functions.find_sailings", conversation(**EVENING), *TO_SKARRA)

    assert "night boat at 23:10" in said


def test_the_early_boat_is_offered_when_the_evening_is_over(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "09-early-sailing")
    conv = conversation(**LATE)

    said = functions.call("functions.find_sailings", conv, *TO_SKARRA)

    assert "early boat at 07:10 on 2026-11-12" in said
    assert conv.state.early_sailing == "07:10"


def test_a_full_sailing_is_not_offered(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "01-first")
    conv = conversation(**EVENING)
    conv.real_time_config["full_sailings"] = ["2026-11-12 Harrow Quay to Innish 10:00"]

    functions.call("functions.find_sailings", conv, "Harrow Quay", "Innish", "2026-11-12")

    assert conv.state.sailings == ["15:00"]


@pytest.mark.parametrize(
    ("edition", "cents", "words"),
    [
        ("01-first", 4760, "47 euros 60"),
        ("06-last-call", 4760, "forty-seven euros sixty (47.60)"),
        ("06-last-call", 11700, "one hundred and seventeen euros (117.00)"),
        ("06-last-call", 1305, "thirteen euros five (13.05)"),
    ],
)
def test_a_fare_is_read_in_words_then_in_figures(
    functions_at: Made, edition: str, cents: int, words: str, conversation: Made
) -> None:
    functions = functions_at("ferry-desk", edition)

    assert functions.call("functions.money", conversation(), cents) == words


def test_no_fare_is_quoted_for_a_van_of_unknown_height(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "07-vehicle-height")
    conv = conversation()

    said = functions.call("functions.quote_fare", conv, "Skarra", 2, 0, "van", 0)

    assert "how high" in said
    assert conv.state.fare_cents is None


def test_a_tall_van_pays_more_than_a_low_one(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("ferry-desk", "07-vehicle-height")
    low, tall = conversation(), conversation()

    functions.call("functions.quote_fare", low, "Skarra", 2, 0, "van", 195)
    functions.call("functions.quote_fare", tall, "Skarra", 2, 0, "van", 260)

    assert tall.state.fare_cents - low.state.fare_cents == 1600


def test_a_vehicle_over_two_metres_is_turned_away_from_the_night_boat(
    functions_at: Made, conversation: Made, flow: Any
) -> None:
    functions = functions_at("ferry-desk", "07-vehicle-height")
    said = functions.call("flows.booking.functions.save_height", conversation(sailing="23:10"), flow, 205)

    assert flow.step == "Choose sailing"
    assert "nothing over two metres" in said


@pytest.mark.parametrize(("edition", "name"), [("07-vehicle-height", "compute"), ("08-refund-wording", "work_out")])
def test_illness_is_refunded_better_since_the_ticket_office_agreed(
    functions_at: Made, edition: str, name: str, conversation: Made, flow: Any
) -> None:
    functions = functions_at("ferry-desk", edition)
    conv = conversation(paid_cents=10000, today="2026-11-11", travel_day="2026-11-10")

    functions.call(f"flows.refund.functions.{name}_refund", conv, flow, "hardship")

    assert conv.state.refund_cents == (8000 if name == "compute" else 9000)


@pytest.mark.parametrize(
    ("time", "fee"), [("11:30", "nothing"), ("12:00", "nothing"), ("12:30", "EUR 16"), ("14:00", "EUR 24")]
)
def test_a_late_check_out_names_its_price(functions_at: Made, time: str, fee: str) -> None:
    functions = functions_at("harbour-hotel", "02-late-check-out-price")

    euros = functions.module("flows.late_check_out.functions.check_room").late_fee(time)

    assert (f"EUR {euros}" if euros else "nothing") == fee


def test_no_table_is_given_on_a_monday(functions_at: Made, conversation: Made, flow: Any) -> None:
    functions = functions_at("harbour-hotel", "04-lantern-room")
    said = functions.call("flows.table_booking.functions.find_table", conversation(), flow, "2026-11-23", "19:00", 4)

    assert "closed on Mondays" in said
    assert flow.step is None


def test_a_long_stay_is_cheaper_by_the_night(functions_at: Made, conversation: Made) -> None:
    functions = functions_at("harbour-hotel", "01-first")
    conv = conversation()

    functions.call("functions.room_prices", conv, "garden", 7)

    assert conv.state.price_text == "EUR 683"

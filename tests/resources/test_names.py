from __future__ import annotations

import pytest

from deployments.resources import clean, file_name, variables_in


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Opening Hours & Parking", "Opening_Hours_Parking"),
        ("SMS_Reminder", "SMS_Reminder"),
        ("  late   check-out ", "late_check_out"),
        ("__a__b__", "a_b"),
        ("Öffnungszeiten/München", "Öffnungszeiten_München"),
        ("受付", "受付"),
        ("!?", ""),
        ("a\t\nb", "a_b"),
    ],
)
def test_a_name_is_cleaned_for_paths(name: str, cleaned: str) -> None:
    assert clean(name) == cleaned


def test_cleaning_twice_changes_nothing_more() -> None:
    assert clean(clean("a - b (c)")) == clean("a - b (c)") == "a_b_c"


def test_the_name_of_a_file_is_in_lower_case() -> None:
    assert file_name("Late check-out") == "late_check_out.yaml"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("conv.state.cabin = 1", {"cabin"}),
        ("# conv.state.old is gone", {"old"}),
        ("conv.state.get('a')", set()),
        ("conv.state.a.b + conv.state.c[0]", {"a", "c"}),
        ("my.conv.state.a; myconv.state.b", set()),
        ("conv.state.3", set()),
        ("f(conv.state.a)(conv.state.größe)", {"a", "größe"}),
        ("conv.state.ab(1) conv.states.x", set()),
    ],
)
def test_variables_are_found_in_the_text_of_code(text: str, names: set[str]) -> None:
    assert variables_in(text) == names

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import reading


@pytest.mark.parametrize(
    ("given", "origin", "host"),
    [
        ("https://slipway.example", "https://slipway.example", "slipway.example"),
        ("https://slipway.example:8443/", "https://slipway.example:8443", "slipway.example"),
        ("HTTPS://Slipway.Example", "https://slipway.example", "slipway.example"),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]"),
        ("", "", None),
    ],
)
def test_an_address_is_read_as_browsers_write_it(
    given: str, origin: str, host: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_ADDRESS", given)

    assert reading.address("SLIPWAY_ADDRESS") == origin
    assert host is None or reading.host_of(origin) == host


@pytest.mark.parametrize(
    "given",
    [
        "slipway.example",
        "ftp://slipway.example",
        "https://",
        "https://slipway.example/desk",
        "https://slipway.example?desk",
        "https://slipway.example#desk",
        "https://maya:secret@slipway.example",
        "https://slipway.example:no",
        "https://slipway.example:99999",
        "https://[::1",
        "https://slip way.example",
    ],
)
def test_what_is_no_address_of_a_site_is_refused_with_its_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_ADDRESS", given)

    with pytest.raises(ImproperlyConfigured, match=r"SLIPWAY_ADDRESS is .*must look like https://slipway\.example"):
        reading.address("SLIPWAY_ADDRESS")


def test_a_list_is_read_with_the_spaces_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_ALLOWED_HOSTS", "desk.example, slipway.example ,")

    assert reading.several("SLIPWAY_ALLOWED_HOSTS") == ["desk.example", "slipway.example"]

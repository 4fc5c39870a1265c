"""All values of a text, by what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from deployments.runtime.offline import contacts, dates, numbers, times
from deployments.runtime.offline.value import Sort, Value


class Values:
    """What one text says. A number that is part of a date or an address is no number by itself."""

    def __init__(self, text: str, language: str, today: date) -> None:
        self.text = text
        self._language = language
        self._today = today
        self.emails = contacts.emails_in(text, language)
        self.dates = dates.dates_in(text, language, today)
        self.times = _apart(times.times_in(text, language), [*self.dates, *self.emails])
        self.money = _apart(contacts.money_in(text, language), self.dates)
        taken = [*self.emails, *self.dates, *self.times, *self.money]
        self.phones = _apart(contacts.phones_in(text, language), taken)
        within = [phone for phone in self.phones if phone.end - phone.start > len(phone.text.lstrip("+"))]
        self.codes = _apart(contacts.codes_in(text), [*taken, *within])
        self.names = contacts.names_in(text, language)
        lettered = [code for code in self.codes if not code.text.isdecimal()]
        self.numbers = _apart(numbers.numbers_in(text, language), [*taken, *self.phones, *lettered])

    def of(self, sort: Sort, *, past: bool = False) -> Sequence[Value]:
        match sort:
            case "email":
                return self.emails
            case "phone":
                return self.phones
            case "money":
                return self.money
            case "date":
                return dates.dates_in(self.text, self._language, self._today, past=True) if past else self.dates
            case "time":
                return self.times
            case "code":
                return self.codes
            case "number":
                return self.numbers
            case "name":
                return self.names

    def all(self) -> list[Value]:
        found = [*self.emails, *self.dates, *self.times, *self.money, *self.phones, *self.codes, *self.names]
        return sorted([*found, *self.numbers], key=lambda value: (value.start, -value.end))


@lru_cache(maxsize=512)
def values_in(text: str, language: str, today: date) -> Values:
    """Read once: every function that is offered looks for its arguments in the same text. Never to be changed."""
    return Values(text, language, today)


def _apart(values: list[Value], taken: Sequence[Value]) -> list[Value]:
    return [value for value in values if not any(value.overlaps(other) for other in taken)]

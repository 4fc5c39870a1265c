from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from deployments.management.finding import person_called
from deployments.management.speaking import SpeakingCommand
from deployments.pipeline import make_reset_link

GUESSED = "http://127.0.0.1:8000"


class Command(SpeakingCommand):
    help = "Prints a link, good once and for a day, that sets a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", metavar="EMAIL")

    def act(self, *, email: str, **options: Any) -> None:
        person = person_called(email)
        token = make_reset_link(person, by=None)
        link = (settings.ADDRESS or GUESSED) + reverse("reset", args=[token])
        # Where the server listens is known to the server alone.
        unsure = (
            ""
            if settings.ADDRESS
            else f"\nSLIPWAY_ADDRESS is not set: where {GUESSED} is not what people open, change it."
        )
        self.say(
            f"This link sets a new password for {person.email}, once, within a day: {link}{unsure}",
            email=person.email,
            link=link,
        )

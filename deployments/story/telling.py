"""The story itself, read from top to bottom: two agents, from their first version to this morning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from deployments.conversing import rest
from deployments.pipeline import create_workspace
from deployments.story.desk import Desk, Progress
from deployments.story.people import Introduced, introduce

# Callers of the story, by the numbers kept in Hamburg for films.
FROM = ("+494066969111", "+494066969112", "+494066969113", "+494066969114")
NIGHT_BOAT = (
    "The night boat was offered after its last call. Twelve callers were told of a sailing that had gone; "
    "the ticket office has their numbers and rings them from seven."
)


def tell(progress: Progress = lambda sentence: None, *, now: datetime | None = None) -> list[Introduced]:
    """Tell the whole story, or nothing of it. Returns the people it made, with their passwords."""
    now = now or timezone.now()
    with transaction.atomic(), closing_the_desk():
        began = now - timedelta(days=60)
        workspace = create_workspace(slug="northline", name="Northline")
        cast, introduced = introduce(workspace, began)
        ferry_desk(Desk(workspace, cast, now, progress, slug="ferry-desk", name="Ferry desk", steps=3))
        harbour_hotel(Desk(workspace, cast, now, progress, slug="harbour-hotel", name="Harbour hotel", steps=2))
    return introduced


@contextmanager
def closing_the_desk() -> Iterator[None]:
    """Whoever tells the story does other things than answering callers afterwards."""
    try:
        yield
    finally:
        rest()


def ferry_desk(desk: Desk) -> None:
    day, hours = desk.days_ago, desk.hours_ago

    desk.open(day(52, "09:40"))
    desk.publish(1, day(52, "10:12"))
    desk.add_number("040 66969199", "sandbox", "maya", day(52, "10:30"), "To try things out")
    desk.promote(1, "pre-release", "maya", day(51, "09:30"))
    desk.add_number("040 66969190", "pre-release", "maya", day(51, "09:41"), "Rehearsal with the ticket office")
    desk.add_number("040 66969100", "live", "maya", day(50, "05:40"), "On the tickets and the website")
    desk.promote(1, "live", "maya", day(50, "06:00"), "First day on the telephone")

    desk.publish(2, day(41, "14:20"))
    desk.promote(2, "pre-release", "maya", day(41, "16:45"))
    desk.promote(2, "live", "priya", day(40, "09:10"))

    desk.publish(3, day(33, "11:31"))
    desk.promote(3, "pre-release", "maya", day(32, "10:02"))
    desk.promote(3, "live", "maya", day(31, "13:40"))

    desk.publish(4, day(24, "15:50"))
    desk.promote(4, "live", "maya", day(24, "16:20"), "Straight to Live: callers were left ringing in an empty room")
    desk.promote(4, "pre-release", "maya", day(24, "16:41"))

    desk.talk("live", day(19, "08:31"), "What do children pay?", "Can I bring my dog?", "goodbye", number=FROM[0])

    desk.publish(5, day(17, "10:20"))
    desk.promote(5, "pre-release", "maya", day(17, "14:05"))
    night_boat = desk.promote(5, "live", "maya", day(17, "17:30"))
    woken = desk.talk("live", day(16, "01:52"), "The evening ferry is full, what now?", "yes", "Skarra", number=FROM[1])
    desk.talk("live", day(16, "02:11"), "When does the night boat leave?", number=FROM[2])
    desk.roll_back("live", "priya", day(16, "02:47"), NIGHT_BOAT)
    desk.note(
        woken, "She stood on the quay at half past two. The ticket office rings her at seven.", ["night boat"], "priya"
    )
    # Maya was woken too, and had opened the dialog before Priya was done.
    desk.try_to_promote(3, "live", "maya", day(16, "02:49"), "To be safe tonight", having_seen=night_boat)

    desk.publish(6, day(16, "09:20"))
    desk.try_to_promote(6, "live", "jonas", day(16, "09:41"), "Repaired, callers are waiting")
    desk.promote(6, "pre-release", "maya", day(16, "10:02"))
    desk.promote(6, "live", "maya", day(15, "09:12"))

    posters = desk.add_number("040 66969104", "pre-release", "maya", day(14, "10:31"), "On the posters at the pier")
    desk.move_number(posters, "live", "priya", day(12, "08:02"))

    desk.talk("live", day(11, "16:20"), "I left my umbrella on the boat", number=FROM[0])

    desk.try_out(9, ["topics/beds_near_the_quay.yaml"], "priya", day(10, "17:05"))
    desk.discard("priya", day(9, "11:15"))

    desk.publish(7, day(8, "15:10"))
    desk.promote(7, "pre-release", "maya", day(7, "11:26"))
    desk.publish(8, day(3, "12:30"))
    desk.promote(7, "live", "maya", hours(33))
    desk.promote(8, "pre-release", "maya", hours(21))
    desk.talk("pre-release", hours(20.5), "I want my money back", "The crossing was cancelled", by="maya")
    desk.talk("live", hours(9), "Can I take my car?", "yes", number=FROM[3])
    desk.talk("live", hours(6), "Can I speak to a person?", number=FROM[2])
    desk.publish(9, hours(5))
    desk.talk("sandbox", hours(4.8), "Where can I sleep near the quay?", by="priya")

    release = desk.make_set("Release", "release", hours(4.7), gate="live", by="priya")
    desk.test(release, "live", hours(4.6), "maya")
    desk.test(release, "sandbox", hours(4.5), "maya")

    desk.begin_draft(hours(0.7))
    desk.talk("draft", hours(0.6), "How early do I have to be there?", by="jonas")
    desk.talk("live", hours(0.1), "Is the ferry running today?", number=FROM[1], stays=True)


def harbour_hotel(desk: Desk) -> None:
    day, hours = desk.days_ago, desk.hours_ago

    desk.open(day(44, "09:05"))
    desk.publish(1, day(44, "09:40"))
    desk.promote(1, "live", "maya", day(43, "10:00"), "The chat opens on the hotel's page")

    desk.publish(2, day(30, "16:12"))
    desk.promote(2, "live", "maya", day(29, "08:50"))

    desk.publish(3, day(13, "10:35"))
    desk.promote(3, "live", "priya", day(13, "12:20"))

    desk.publish(4, day(6, "14:48"))
    desk.promote(4, "live", "maya", day(4, "09:15"))

    desk.talk("live", hours(30), "Do you have a room?", "Is breakfast included?", "thank you")
    desk.publish(5, hours(26))
    release = desk.make_set("Release", "release", hours(25), by="maya")
    desk.test(release, "live", hours(24.9), "maya")
    desk.test(release, "sandbox", hours(24.8), "maya")

"""One way to show a version, a person, a time, an environment and a kind of change (look.md, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from deployments import telephone as telephones
from deployments.forms.editing import anchor_of
from deployments.models import Deployment, Environment, Number, Person, Role, Version
from deployments.resources import KINDS
from deployments.views.http import public_address

if TYPE_CHECKING:
    from deployments.resources.checking import Finding

register = template.Library()

SIGNS = {"added": "+", "removed": "−", "changed": "±", "moved": "→"}


@register.simple_tag(takes_context=True)
def problem_address(context: template.Context, finding: Finding) -> str:
    """Where somebody corrects it: beside its field for who may edit, else the page of the resource."""
    slug = context["agent"].slug
    is_text = finding.code == "parse"
    if not (finding.field or is_text) or not context["request"].role.holds(Role.EDITOR):
        return reverse("resource", args=[slug, finding.path])
    edit = reverse("edit", args=[slug, finding.path.partition("#")[0] if is_text else finding.path])
    line = f"line={finding.line}" if finding.line else ""
    if is_text:
        return f"{edit}?file&{line}" if line else f"{edit}?file"
    return f"{edit}{'?' if line else ''}{line}#{quote(anchor_of(finding.field))}"


@register.simple_tag
def asset(path: str) -> str:
    return _asset(path)


@cache  # every page names the same few, and their hashed names never change while a process lives
def _asset(path: str) -> str:
    return static(path)


@register.simple_tag(takes_context=True)
def public(context: template.Context, path: str) -> str:
    """This address of ours as somebody elsewhere writes it."""
    return public_address(context["request"], path)


@register.simple_tag
def icon(name: str) -> SafeString:
    return _icon(name)


@cache  # a page of rows draws hundreds, and looking up a static file's address is most of each
def _icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#icon-{}"/></svg>',
        static("icons/icons.svg"),
        name,
    )


@register.simple_tag
def version(value: Version | str | None, href: str = "", large: bool = False) -> SafeString:
    """Nine characters in threes with no space between: one word to copy, to find and to hear."""
    if value is None:
        return mark_safe('<span class="quiet">nothing</span>')
    short = value.short if isinstance(value, Version) else value[:9]
    tag = "a" if href else "span"
    return format_html(
        "<{} class='version{}'{}><span>{}</span><span>{}</span><span>{}</span></{}>",
        tag,
        " large" if large else "",
        format_html(" href='{}'", href) if href else "",
        short[:3],
        short[3:6],
        short[6:],
        tag,
    )


@register.simple_tag
def person(value: Person | None) -> SafeString:
    if value is None:
        square = '<span class="person"><i aria-hidden="true">{}</i><span>The command line</span></span>'
        return format_html(square, icon("chevron"))
    return format_html(
        '<span class="person" title="{}"><i aria-hidden="true">{}</i><span>{}</span></span>',
        value.email,
        value.initials,
        value.name,
    )


@register.simple_tag
def environment(value: Environment) -> SafeString:
    return format_html(
        '<span class="environment" data-environment="{}">{}{}</span>', value.slug, mark(value), value.label
    )


@register.simple_tag
def telephone(e164: str) -> SafeString:
    """A number as it may be dialled from anywhere; it never breaks over two lines."""
    return format_html('<span class="nowrap">{}</span>', telephones.international(e164))


@register.simple_tag
def numbers_named(numbers: Sequence[Number], most: int = 5) -> SafeString:
    """The first of them by name, and how many more."""
    named = format_html_join(", ", "{}", ((telephone(number.e164),) for number in numbers[:most]))
    rest = len(numbers) - most
    return format_html("{} and {} more", named, f"{rest:,}") if rest > 0 else named


@register.simple_tag
def mark(value: Environment | str | None) -> SafeString:
    """A ring, as full as its environment is near to a customer; dashed for the draft."""
    level = value.level if isinstance(value, Environment) else value
    return format_html('<span class="mark"{}></span>', "" if level is None else format_html(' data-level="{}"', level))


@register.simple_tag
def change(kind: str, count: int | None = None) -> SafeString:
    """A kind of change in sign and word; the sign is drawn by the style sheet."""
    words = kind if count is None else f"{count:,} {kind}"
    return format_html('<span class="badge" data-change="{}">{}</span>', kind, words)


@register.simple_tag
def sign(kind: str) -> SafeString:
    return format_html('<span class="sign" data-change="{}" aria-hidden="true">{}</span>', kind, SIGNS.get(kind, ""))


@register.simple_tag
def tally(added: int, removed: int) -> SafeString:
    parts = (("added", "+", added), ("removed", "−", removed))
    spans = [
        format_html(
            '<span class="{}{}">{}{}<span class="visually-hidden"> lines {}</span></span>',
            word,
            "" if count else " zero",
            character,
            f"{count:,}",
            word,
        )
        for word, character, count in parts
    ]
    return format_html('<span class="tally">{}{}</span>', *spans)


@register.simple_tag
def when(value: datetime | None, form: str = "list") -> SafeString:
    """A time. In a list the past day is relative; in a dialog (form `exact`) it never is; `clock` is hours, minutes."""
    if value is None:
        return mark_safe('<span class="quiet">never</span>')
    now = timezone.now()
    local = timezone.localtime(value)
    words = exactly(local, now)
    if form == "clock":
        words = f"{local:%H:%M}"
    elif form == "list":
        words = ago(value, now) or words
    full = f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, words)


def exactly(local: datetime, now: datetime) -> str:
    year = "" if local.year == timezone.localtime(now).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def ago(value: datetime, now: datetime) -> str:
    """How long since, within the past day; nothing for what is older or still to come."""
    age = now - value
    if not timedelta(0) <= age < timedelta(days=1):
        return ""
    minutes = int(age.total_seconds()) // 60
    if minutes < 1:
        return "now"
    return f"{minutes} min ago" if minutes < 60 else f"{minutes // 60} h ago"


@register.simple_tag
def stay(value: timedelta | Deployment | None) -> str:
    """How long something lasted: the two largest units."""
    if isinstance(value, Deployment):
        value = value.lasted(timezone.now())
    if value is None:
        return ""
    minutes = max(0, int(value.total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "less than a minute"


@register.filter
def took(value: timedelta) -> str:
    """How long something quick took: tenths of a second, then seconds, then as `stay` says it."""
    seconds = value.total_seconds()
    if seconds < 0.1:
        return "under 0.1\u00a0s"
    return f"{seconds:.1f}\u00a0s" if seconds < 9.95 else f"{seconds:.0f}\u00a0s" if seconds < 120 else stay(value)


@register.filter
def lasted(value: timedelta) -> str:
    """How long a talk was: to the second, then as `stay` says it."""
    seconds = max(0, round(value.total_seconds()))
    if seconds < 60:
        return f"{seconds}\u00a0s"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}\u00a0min {rest}\u00a0s" if minutes < 60 else stay(value)


@register.filter
def clock(value: timedelta) -> str:
    """A moment of a talk, since it began: 02:41."""
    seconds = max(0, int(value.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes:02}:{seconds % 60:02}"


@register.filter
def brief(seconds: float) -> str:
    """How long a step of a turn took."""
    return f"{seconds * 1000:.0f}\u00a0ms" if seconds < 0.9995 else f"{seconds:.1f}\u00a0s"


@register.filter
def thousands(value: Any) -> str:
    return f"{value:,}"


@register.filter
def kind_label(key: str) -> str:
    """What people call a kind of resource; of one that is no more, its key."""
    return KINDS[key].label if key in KINDS else key


@register.simple_tag
def counted(number: int, one: str, many: str = "") -> str:
    """ "1 change", "5 changes"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changed: Any) -> str:
    """The present query with some values changed, for filters and pages that are plain links. None takes one away."""
    query = context["request"].GET.copy()
    for key, value in changed.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def address_without(context: template.Context, name: str) -> str:
    """The present query without one of its filters, from its first page on."""
    return address_with(context, **{name: None, "newer": None, "older": None})

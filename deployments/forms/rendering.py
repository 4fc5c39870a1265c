"""The commonest widgets in Python: by Django's templates they would be a third of what a page with a form costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


class Renderer(DjangoTemplates):
    """Writes what Django's own templates would, letter for letter, and leaves the rarer ones to them."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = _WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return mark_safe(f'<input type="{kind}" name="{name}"{value}{_attributes(widget)}>')


def _textarea(widget: Widget) -> SafeString:
    value = conditional_escape(widget["value"]) if widget["value"] else ""
    return mark_safe(f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>')


def _select(widget: Widget) -> SafeString:
    return mark_safe(
        f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>'
        + "".join(_group(name, options) for name, options, _ in widget["optgroups"])
        + "\n</select>"
    )


def _group(name: str | None, options: list[Widget]) -> str:
    inside = "".join(
        f'\n  <option value="{_escaped(option["value"])}"{_attributes(option)}>{conditional_escape(option["label"])}'
        "</option>"
        for option in options
    )
    return f'\n  <optgroup label="{conditional_escape(name)}">{inside}\n  </optgroup>' if name else inside


def _attributes(widget: Widget) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_escaped(value)}"')
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _escaped(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


_INPUTS = ("text", "email", "password", "number", "url", "hidden", "date", "datetime", "time", "checkbox", "input")
_WRITTEN: Mapping[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}

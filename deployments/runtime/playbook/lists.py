"""Entities, hand-offs, templates, variants, translations and integrations, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from deployments.resources.resource import Resource, Value
from deployments.runtime.playbook.fields import as_text, rows, section, text
from deployments.runtime.playbook.parts import Entity, Integration, Known, Operation, Template

# Environments as functions name them, with the key of the files.
_NUMBERS = {"sandbox": "sandbox", "pre-release": "pre_release", "live": "live"}


def entities(found: Iterable[Resource]) -> dict[str, Entity]:
    return {
        one.name: Entity(
            name=one.name,
            path=one.path,
            description=text(one, "description"),
            type=text(one, "entity_type"),
            config=_json(section(one.fields.get("config"))),
        )
        for one in found
    }


def handoffs(found: Iterable[Resource]) -> dict[str, Known]:
    return {
        one.name: Known(
            name=one.name,
            path=one.path,
            description=text(one, "description"),
            is_default=one.fields.get("is_default") is True,
            sip=_json(section(one.fields.get("sip_config"))),
            headers={as_text(row.get("key")): as_text(row.get("value")) for row in rows(one.fields.get("sip_headers"))},
        )
        for one in found
    }


def templates(found: Iterable[Resource]) -> dict[str, Template]:
    return {
        one.name: Template(
            name=one.name,
            path=one.path,
            text=text(one, "text"),
            numbers={
                env: number
                for env, key in _NUMBERS.items()
                if (number := as_text(section(one.fields.get("env_phone_numbers")).get(key)))
            },
        )
        for one in found
    }


def variants(found: Iterable[Resource], attributes: Iterable[Resource]) -> dict[str, Mapping[str, JsonValue]]:
    """The attributes of each variant, in their types."""
    values = {attribute.name: _json(section(attribute.fields.get("values"))) for attribute in attributes}
    return {variant.name: {name: of.get(variant.name) for name, of in values.items()} for variant in found}


def translations(found: Iterable[Resource]) -> dict[str, Mapping[str, str]]:
    return {
        one.name: {code: as_text(words) for code, words in section(one.fields.get("translations")).items()}
        for one in found
    }


def integrations(found: Iterable[Resource]) -> dict[str, Integration]:
    return {
        one.name: Integration(
            name=one.name,
            path=one.path,
            addresses=_addresses(one),
            operations={
                name: Operation(name=name, method=as_text(row.get("method")), resource=as_text(row.get("resource")))
                for row in rows(one.fields.get("operations"))
                if (name := as_text(row.get("name")))
            },
        )
        for one in found
    }


def _addresses(integration: Resource) -> dict[str, str]:
    environments = section(integration.fields.get("environments"))
    return {name: address for name in _NUMBERS if (address := as_text(section(environments.get(name)).get("base_url")))}


def _json(fields: Mapping[str, Value]) -> Mapping[str, JsonValue]:
    # What YAML said is what JSON can say; only the two names of that type differ.
    return fields

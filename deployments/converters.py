"""Words of an address, checked once: anything else is a 404 before a view is asked."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class AgentConverter(StringConverter):
    regex = "[A-Za-z0-9-]{1,64}"


class EnvironmentConverter(StringConverter):
    regex = "[a-z][a-z-]{0,31}"


class RefConverter(StringConverter):
    """How a version is said: an environment, `draft`, or at least nine characters of its hash."""

    regex = "[a-z][a-z-]{0,31}|[0-9a-fA-F]{9,40}"


class HashConverter(StringConverter):
    """A whole hash, of a version or of a file."""

    regex = "[0-9a-f]{40}|[0-9a-f]{64}"


class TokenConverter(StringConverter):
    """The secret of a link that is handed over."""

    regex = "[A-Za-z0-9_-]{1,64}"


class ResourceConverter(StringConverter):
    """The address of a resource: its file's path, then `#list/key` for an item of a shared file (`%23` in a URL)."""

    regex = r"[^\0]+"


register_converter(AgentConverter, "agent")
register_converter(EnvironmentConverter, "environment")
register_converter(RefConverter, "ref")
register_converter(HashConverter, "hash")
register_converter(TokenConverter, "token")
register_converter(ResourceConverter, "resource")

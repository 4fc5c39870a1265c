"""Systems the agent talks to. Secrets are never in these files, only their names."""

from __future__ import annotations

import re

from deployments.resources.kinds.kind import Field, Kind

_ADDRESS = re.compile(r"(?i:https?)://\S+")
_ADDRESS_OR_NOTHING = re.compile(r"(?:(?i:https?)://\S+)?")
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def _environment(name: str, label: str, *also: str) -> Field:
    return Field(
        name,
        label,
        "section",
        also=also,
        fields=(
            # Required unless `auth_type` is none: the rule `base_url_unless_no_auth`.
            Field(
                "base_url",
                "Base URL",
                pattern=_ADDRESS_OR_NOTHING,
                pattern_words="an address that begins with http:// or https://",
            ),
            Field(
                "auth_type",
                "Authentication",
                "choice",
                choices=("none", "basic", "apiKey", "oauth2", "oauth2_client_credentials", "jwt_client_assertion"),
            ),
        ),
    )


KINDS = (
    Kind(
        key="api_integration",
        label="API integration",
        group="Integrations",
        form="list",
        paths=("config/api_integrations.yaml",),
        at="api_integrations",
        identity="name",
        fields=(
            Field(
                "name",
                "Name",
                required=True,
                pattern=re.compile(r"[a-z_][a-z0-9_]*"),
                pattern_words="made of lower-case letters, digits and _ and not begin with a digit",
            ),
            Field("description", "Description", "prose"),
            Field(
                "environments",
                "Environments",
                "section",
                fields=(
                    _environment("sandbox", "Sandbox"),
                    _environment("pre-release", "Pre-release", "pre_release"),
                    _environment("live", "Live"),
                ),
            ),
            Field(
                "operations",
                "Operations",
                "table",
                key="name",
                sorted=True,
                columns=(
                    Field("name", "Name", required=True),
                    Field("method", "Method", "choice", required=True, choices=_METHODS),
                    Field(
                        "resource",
                        "Resource",
                        required=True,
                        pattern=re.compile(r"/(?:[^\s{}]|\{[^\W\d]\w*\})*"),
                        pattern_words="a path that begins with / and holds placeholders such as {id}",
                    ),
                ),
            ),
        ),
        rules=("base_url_unless_no_auth", "unique_operations"),
    ),
    Kind(
        key="mcp_server",
        label="MCP server",
        group="Integrations",
        form="list",
        paths=("config/mcp.yaml",),
        at="mcp_servers",
        identity="provider_id",
        fields=(
            Field("provider_id", "Provider", required=True),
            Field(
                "url",
                "URL",
                required=True,
                pattern=_ADDRESS,
                pattern_words="an address that begins with http:// or https://",
            ),
            Field(
                "auth",
                "Authentication",
                "section",
                fields=(
                    Field("header", "Header", omitted="empty"),
                    Field("query_param", "Query parameter", omitted="empty"),
                    Field("secret_name", "Name of the secret", omitted="empty"),
                    Field(
                        "oauth",
                        "OAuth",
                        "section",
                        fields=(
                            Field("client_id", "Client id", required=True),
                            Field("client_secret_name", "Name of the client secret", required=True),
                            Field("token_url", "Token URL", required=True),
                            Field("audience", "Audience", omitted="empty"),
                            Field("scope", "Scope", omitted="empty"),
                        ),
                        omitted="empty",
                    ),
                ),
            ),
            Field("timeout", "Timeout in seconds", "whole", least=1, most=30),
            # Absent means every function of the server, empty means none.
            Field("enabled_functions", "Functions", "list"),
        ),
        rules=("one_way_to_sign_in",),
    ),
)

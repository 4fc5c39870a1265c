"""HTTP for the `poly` command line: what it asks under `/adk/v1/`; the rest of what it asks is the Agents API.

The same verbs, keys, refusals and envelope as `api`, told as that client reads them: snake_case, RFC 1123 times,
never a null where it expects an object. Imports api and what api imports.
"""

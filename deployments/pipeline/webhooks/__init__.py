"""Webhooks: addresses that are told of releases, and how each message reaches them.

`announcing` writes a message with what it tells of, in one transaction; `delivering` and `calling` belong to the worker
and are imported by it alone; `changing` holds what people do.
"""

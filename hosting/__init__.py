"""The processes Slipway consists of: an embedded PostgreSQL, the web server, the worker, and what keeps them running.

Imports the standard library, psycopg, granian and a2wsgi; never a model, and Django only where a request is handled.
A child process never outlives the process that started it: all of them are held by `leash.py`.
"""

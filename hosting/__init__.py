"""The processes Slipway consists of: an embedded PostgreSQL, the web server, the worker, and what keeps them running.

Knows nothing of what they serve: `config` and `deployments` import it, never the other way. Where
Django is needed, for a command or the database, it is imported there: the rest begins without it.
A child process never outlives the process that started it: all of them are held by `leash.py`.
"""

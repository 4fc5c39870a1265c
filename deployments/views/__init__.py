"""HTTP for people: one module per resource. A view finds, checks the form, calls the verb, says so and redirects.

Imports models, pipeline, comparison and forms; only `pages` knows whether HTMX is calling.
"""

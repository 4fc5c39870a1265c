"""HTTP for programs: the Agents API under `/v1/`, its keys, its error envelope, its description and readable docs.

The same verbs and predicates as the pages, in other words. Imports models, pipeline, comparison and resources, and of
views only how a reference to a version is resolved and its files are read.
"""

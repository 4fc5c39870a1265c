"""HTTP for running agents under `/delivery/v1/`: what is active, told again the moment it changes (surface.md, 7).

What many ask again and again is kept in memory by each process, for as long as one connection of it listens to the
database for what makes it stale. Imports models, pipeline and resources, and of the Agents API its keys and errors.
"""

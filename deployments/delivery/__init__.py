"""HTTP for running agents under `/delivery/v1/`: what is active, told again the moment it changes (surface.md, 7).

What many ask again and again is kept in memory by each process, for as long as one connection of it listens to the
database for what makes it stale. Stands above the Agents API, whose keys, limits and errors are those of delivery too.
"""

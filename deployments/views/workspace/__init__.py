"""A workspace: its agents, its people, their keys and its settings."""

"""Verbs of the test suite: sets, runs and their cases, and the gates before an environment."""

"""What is wrong with an agent, as findings: errors stop a publish, warnings pass, notes are for tidying up.

Driven by the declarations of the kinds; what no declaration says is a rule, found by the word that the kind gives it.
Imports the registry and the references of this package, and nothing of Django.
"""

from deployments.resources.checking.check import check, check_files, mentions_of
from deployments.resources.checking.finding import MOST_OF_A_SEVERITY, Finding, title, title_of
from deployments.resources.checking.typed import wrong

__all__ = [
    "MOST_OF_A_SEVERITY",
    "Finding",
    "check",
    "check_files",
    "mentions_of",
    "title",
    "title_of",
    "wrong",
]

"""Test cases: held with the runtime's engine from beginning to end, and judged.

Pure: `cases_in` reads them from a version's files, `hold` has the conversation, a `Result` is what is kept of it.
"""

from deployments.suite.case import Case, cases_in
from deployments.suite.holding import Identity, hold
from deployments.suite.results import Result, Verdict, as_json, read

__all__ = ["Case", "Identity", "Result", "Verdict", "as_json", "cases_in", "hold", "read"]

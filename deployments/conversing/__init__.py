"""Talking to an agent: a stored conversation, the engine that answers it, and the record of what came of it.

Stands above `pipeline`, whose verbs it uses for all that is written, and below views and the APIs. `begin`, `answer`
and `end` are for callers that wait on an event loop; `begin_now`, `answer_now` and `end_now` are the same for a thread
that may be held: a form without JavaScript, a command, a test. All of them raise `Refused` where nothing was said.
"""

from deployments.conversing.home import rest
from deployments.conversing.playbooks import playbook_with
from deployments.conversing.preparing import IDLE, Answered
from deployments.conversing.talking import answer, begin, end
from deployments.conversing.threads import in_thread
from deployments.conversing.waiting import answer_now, begin_now, end_now

__all__ = [
    "IDLE",
    "Answered",
    "answer",
    "answer_now",
    "begin",
    "begin_now",
    "end",
    "end_now",
    "in_thread",
    "playbook_with",
    "rest",
]

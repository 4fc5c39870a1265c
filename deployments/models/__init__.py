"""The nouns: rows, querysets, and the questions a row can answer about itself. Imports Django, `telephone` for how
numbers read, and `keeping` for what a process remembers.

Nothing here writes a release: that is `deployments.pipeline`. This module re-exports, nothing else.
"""

from deployments.models.agent import Agent
from deployments.models.allowance import Allowance
from deployments.models.api_key import Answer, ApiKey
from deployments.models.content import Blob, Path
from deployments.models.conversation import NO_ENVIRONMENT, Conversation, Thread, Turn
from deployments.models.conversation_view import ConversationView
from deployments.models.deployment import Deployment, Listed, newest
from deployments.models.draft import Draft, DraftChange, KeptDraft
from deployments.models.environment import LADDERS, Environment
from deployments.models.epoch import Epoch
from deployments.models.event import Event
from deployments.models.link import Invitation, ResetLink
from deployments.models.number import Number
from deployments.models.person import Person, Session
from deployments.models.presence import Presence
from deployments.models.real_time import RealTimeConfig
from deployments.models.runtime import Reach, Runtime
from deployments.models.suite import CaseRun, CaseSet, Run
from deployments.models.talk_link import TalkLink
from deployments.models.touch import Touch, Touched, who_touched
from deployments.models.tree import Tree
from deployments.models.version import Version
from deployments.models.viewed import Viewed
from deployments.models.webhook import Delivery, Webhook
from deployments.models.workspace import Membership, Role, Workspace

__all__ = [
    "LADDERS",
    "NO_ENVIRONMENT",
    "Agent",
    "Allowance",
    "Answer",
    "ApiKey",
    "Blob",
    "CaseRun",
    "CaseSet",
    "Conversation",
    "ConversationView",
    "Delivery",
    "Deployment",
    "Draft",
    "DraftChange",
    "Environment",
    "Epoch",
    "Event",
    "Invitation",
    "KeptDraft",
    "Listed",
    "Membership",
    "Number",
    "Path",
    "Person",
    "Presence",
    "Reach",
    "RealTimeConfig",
    "ResetLink",
    "Role",
    "Run",
    "Runtime",
    "Session",
    "TalkLink",
    "Thread",
    "Touch",
    "Touched",
    "Tree",
    "Turn",
    "Version",
    "Viewed",
    "Webhook",
    "Workspace",
    "newest",
    "who_touched",
]

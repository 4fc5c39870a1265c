"""The story a new installation tells: a workspace, four people, two agents and what they went through.

It stands on `pipeline` and `conversing` and does everything by their verbs, so that it cannot show what the product
cannot do. The agents themselves are folders here, `agents/` whole and `versions/` as what each version changed;
nothing imports them.
"""

from deployments.story.people import Introduced
from deployments.story.telling import tell

__all__ = ["Introduced", "tell"]

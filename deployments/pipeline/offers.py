"""What can be done to a version here, in menu order, each with its refusal if there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deployments.models import Deployment, Environment, Role, Version
from deployments.pipeline.actor import Actor
from deployments.pipeline.promote import refusal_to_promote
from deployments.pipeline.refusal import Refusal, refusal_of_role
from deployments.pipeline.rollback import refusal_to_roll_back
from deployments.pipeline.standing import Standing

Verb = Literal["promote", "preview", "chat", "roll_back", "compare", "test", "copy_id", "copy_hash"]


@dataclass(frozen=True)
class Offer:
    """One entry of a menu. `environment` is where it would act; `deployment` is what a rollback goes back to."""

    verb: Verb
    label: str
    refusal: Refusal | None = None
    environment: Environment | None = None
    deployment: Deployment | None = None


def offers_for(
    what: Version | Deployment, environment: Environment | None = None, *, by: Actor, standing: Standing | None = None
) -> list[Offer]:
    """The menu of a row of Deployments, or of a version looked at by itself (then in no environment)."""
    deployment = what if isinstance(what, Deployment) else None
    version = what if isinstance(what, Version) else what.version
    here = environment or (deployment.environment if deployment else None)
    agent = here.agent if here else version.agent
    standing = standing or Standing.of(agent, [version], by=by)
    offers = [
        Offer(
            "promote", f"Promote to {step.label}", refusal_to_promote(version, to=step, by=by, standing=standing), step
        )
        for step in (here.following if here else agent.ladder[1:])
    ]
    offers.append(Offer("preview", "Preview version"))
    where = here if here and deployment and deployment.is_active else None
    offers.append(Offer("chat", f"Chat with {where.label}" if where else "Chat with this version", environment=where))
    if deployment and here:
        back = deployment.previous if deployment.is_active else deployment
        refusal = refusal_to_roll_back(here, to=back, by=by, standing=standing)
        offers.append(Offer("roll_back", "Rollback", refusal, here, back))
    offers.append(Offer("compare", "Compare versions", environment=here))
    refusal = refusal_of_role(standing.role, Role.EDITOR, "write and run tests")
    offers.append(Offer("test", "Run tests", refusal, where))
    if deployment:
        offers.append(Offer("copy_id", "Copy deployment id", deployment=deployment))
    offers.append(Offer("copy_hash", "Copy hash"))
    return offers

"""A LiveKit agent that is always on the version Slipway says is active. Its instructions come out of the agent's files,
and how long it waits for a caller to go on out of the real-time values, which may change at any moment.

    pip install ./clients/python livekit-agents
    SLIPWAY_ADDRESS=… SLIPWAY_KEY=… python livekit_agent.py dev

With `--say` instead of `dev` it prints what the agent would be given, without LiveKit, and goes on printing at each
placement and each change of the values.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from slipway_client import Config, Follower, Served

if TYPE_CHECKING:
    from livekit import agents  # type: ignore[import-not-found]


def instructions(served: Served) -> str:
    """The prompt of an agent in the agent layout: who it is, its rules, and what it knows."""
    parts = [served.text(f"agent_settings/{name}.txt") for name in ("persona", "rules")]
    parts += [served.text(path) for path in sorted(served.files) if path.startswith("topics/")]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def seconds_to_wait(config: Config) -> float:
    """A value of the environment, asked for where it is used; the default is the agent's own."""
    return float(config.values.get("seconds_to_wait", 0.5))


def follower(**options: object) -> Follower:
    return Follower(
        os.environ["SLIPWAY_ADDRESS"],
        agent=os.environ.get("SLIPWAY_AGENT", "ferry-desk"),
        environment=os.environ.get("SLIPWAY_ENVIRONMENT", "live"),
        key=os.environ["SLIPWAY_KEY"],
        folder=os.environ.get("SLIPWAY_FOLDER", ".slipway-client"),
        runtime=os.environ.get("SLIPWAY_RUNTIME", ""),
        **options,  # type: ignore[arg-type]
    )


def say() -> None:
    def show(served: Served) -> None:
        print(f"version {served.version[:9]}{' from disk' if served.from_disk else ''}", flush=True)
        print(instructions(served), flush=True)

    def show_values(config: Config) -> None:
        print(f"values {dict(config.values)}{' from disk' if config.from_disk else ''}", flush=True)

    with follower(on_change=show, on_config=show_values):
        threading.Event().wait()


# LiveKit runs each job in a process of its own and hands these two to it by their names, so they stand by themselves.
def prewarm(process: agents.JobProcess) -> None:
    """Before a job comes: what it will need is there. The processes share one folder."""
    process.userdata["desk"] = follower().start(wait=5)


async def entrypoint(context: agents.JobContext) -> None:
    from livekit import agents

    desk: Follower = context.proc.userdata["desk"]
    # Taken once: this conversation keeps it, whatever is placed meanwhile.
    served = desk.current
    await context.connect()
    session = agents.AgentSession(turn_handling={"endpointing": {"min_delay": seconds_to_wait(desk.config)}})
    await session.start(room=context.room, agent=agents.Agent(instructions=instructions(served)))


def main() -> None:
    from livekit import agents

    agents.cli.run_app(agents.WorkerOptions(entrypoint_fnc=entrypoint, prewarm_fnc=prewarm))


if __name__ == "__main__":
    say() if "--say" in sys.argv else main()

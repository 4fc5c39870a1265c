"""Keeps a running agent on the version that Slipway says is active. Standard library and httpx only."""

from slipway_client.follower import Follower
from slipway_client.served import Config, Served

__all__ = ["Config", "Follower", "Served"]

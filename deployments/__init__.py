"""Slipway's one Django app: releases of conversational agents, placed, compared, recorded."""

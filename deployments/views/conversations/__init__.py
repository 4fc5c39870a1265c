"""Conversations: the list and what narrows it, one with its transcript and its drawer, what people write beside it."""

"""Webhooks of a workspace, for its admins: which there are, what is changed about them, and what became of messages."""

"""Dialogs that make, rename, duplicate, move and delete a resource of the draft."""

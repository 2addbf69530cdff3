"""Writes the narratives: plan, writers, the lock on numbers, revision, and the endpoints of models."""

"""Checks, gates and quarantine."""

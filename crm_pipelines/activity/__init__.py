"""Interactions and relationships of a golden customer."""

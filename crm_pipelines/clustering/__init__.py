"""Pairs and decisions in, a partition of the records out."""

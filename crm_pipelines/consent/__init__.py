"""Consent events in, consent state out; suppression."""

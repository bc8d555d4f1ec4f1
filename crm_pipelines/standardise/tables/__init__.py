"""Packaged read-only tables of the standardisers; `ORIGINS.md` gives origin, version, licence and date of each."""

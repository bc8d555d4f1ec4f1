"""Blocking, comparison levels (declared once), Splink, direct scorer, bands and explanation."""

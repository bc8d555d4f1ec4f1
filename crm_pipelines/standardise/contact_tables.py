"""The packaged tables of the contact fields, read once: mail domains, former municipalities, country names."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def contact_table(name: str) -> Any:
    """Read one packaged table.

    Args:
        name: the table without its suffix (`email_domains`).

    Returns:
        What the YAML holds; the caller knows its shape. Shared between callers: read, never change.
    """
    text = (files("crm_pipelines.standardise") / "tables" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def word_set(name: str, entry: str) -> frozenset[str]:
    """The words of one list of a table, as a set."""
    return frozenset(str(word) for word in contact_table(name)[entry])

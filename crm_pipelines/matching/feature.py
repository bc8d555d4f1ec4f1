"""What a feature is: one thing that matching reads of a standardised record, in SQL and in Python."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its SQL over a row `r` of `standardised_records`, and the same over a mapping of its columns."""

    name: str
    sql: str
    value: Callable[[Mapping[str, Any]], Any]

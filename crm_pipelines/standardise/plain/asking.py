"""Ask a standardiser about each distinct part of a column once."""

from collections.abc import Callable

import polars as pl


def asked(parts: pl.Series, ask: Callable[[str], tuple[object, ...] | None], **columns: pl.DataType) -> pl.DataFrame:
    """The answers to the distinct parts: one row per part that has an answer, with a column for each of its members."""
    answers = [(part, *answer) for part in parts.unique() if (answer := ask(part)) is not None]
    return pl.DataFrame(answers, schema={parts.name: pl.String(), **columns}, orient="row")

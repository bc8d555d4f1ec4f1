"""One column looked at closely: shapes, scripts, placeholders and mojibake of a sample, and what it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crm_pipelines.inspection.column_counts import ColumnCounts
from crm_pipelines.inspection.header_words import NO_FIELDS, header_vote
from crm_pipelines.inspection.meanings import Meaning, meaning_of
from crm_pipelines.inspection.patterns import histogram, pattern_of, scripts_of
from crm_pipelines.inspection.report import Column, Counted
from crm_pipelines.inspection.value_tests import ValueVotes, value_votes
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.mojibake import is_mojibake

_SHOWN_PATTERNS = 6
_SHOWN_JUNK = 5
_SHOWN_EXAMPLES = 5
_MOST_VOTES, _LEAST_VOTES, _VOTES_OF_ALL = 300, 20, 30_000
_LONGEST_SHOWN = 80
_LONGEST_READ = 1_000
_CODE = re.compile("[0-9A-Za-z]{1,6}")
"""Of a column of codes `1` and `000` may be values."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The values of one column in the sample: each different one and how often, in the order of the file."""

    values: tuple[tuple[str, int], ...]
    median: int

    @classmethod
    def of(cls, series: pl.Series | None) -> "Sampled":
        """The values of a sampled column that are not blank; None: the sample lacks it."""
        if series is None:
            return cls((), 0)
        filled = series.alias("value").drop_nulls()
        filled = filled.filter(filled.str.strip_chars() != "")
        counted = filled.to_frame().group_by("value", maintain_order=True).agg(pl.len())
        return cls(tuple(counted.iter_rows()), int(filled.str.len_chars().median() or 0))  # type: ignore[arg-type]  # a median of lengths is a number

    @property
    def n_values(self) -> int:
        """How many rows have a value."""
        return sum(count for _, count in self.values)


def votes_of(sampled: Sampled, n_columns: int, region: str) -> ValueVotes:
    """What the standardisers say of some values: the most frequent ones, and others spread over the sample."""
    most = max(_LEAST_VOTES, min(_MOST_VOTES, _VOTES_OF_ALL // max(1, n_columns)))
    by_count = sorted(sampled.values, key=lambda pair: -pair[1])
    frequent, rest = by_count[: most // 3], by_count[most // 3 :]
    step = max(1, -(-len(rest) // (most - most // 3)))
    spread = rest[::step]
    n_rest, n_spread = sum(count for _, count in rest), sum(count for _, count in spread)
    weights = [float(count) for _, count in frequent] + [count * n_rest / n_spread for _, count in spread]
    return value_votes([value[:_LONGEST_READ] for value, _ in (*frequent, *spread)], region, weights)


def meaning_in_sample(name: str, sampled: Sampled, n_columns: int, region: str) -> Meaning:
    """A first meaning, before the whole file was seen."""
    votes = votes_of(sampled, n_columns, region)
    return meaning_of(header_vote(name), votes, len(sampled.values), is_unique=False)


def column_of(counts: ColumnCounts, sampled: Sampled, n_rows: int, votes: ValueVotes) -> Column:
    """Everything about a column."""
    sketch = counts.sketch
    is_unique = 1 < counts.n_filled == n_rows and not sketch.n_repeated
    meaning = meaning_of(header_vote(counts.name), votes, sketch.n_distinct, is_unique=is_unique)
    patterns = histogram((pattern_of(value), count) for value, count in sampled.values)
    scripts = histogram(
        (script, count) for value, count in sampled.values for script in scripts_of(value[:_LONGEST_READ])
    )
    junk = histogram(
        (_shown(value.strip()), count)
        for value, count in sampled.values
        if meaning.name not in NO_FIELDS  # 不要 in a column of consent is an answer
        and (meaning.is_field or not _CODE.fullmatch(value.strip()))
        and is_placeholder(value[:_LONGEST_READ])
    )
    return Column(
        name=counts.name,
        n_rows=n_rows,
        n_filled=counts.n_filled,
        n_distinct=sketch.n_distinct,
        n_repeated=sketch.n_repeated,
        is_exact=sketch.is_exact,
        shortest=counts.shortest,
        median=sampled.median,
        longest=counts.longest,
        frequent=tuple(Counted(_shown(value), count) for value, count in counts.frequent_values()),
        examples=tuple(_shown(value) for value, _ in sampled.values[:_SHOWN_EXAMPLES]),
        n_sampled=sampled.n_values,
        patterns=_counted(patterns[:_SHOWN_PATTERNS]),
        n_patterns=len(patterns),
        scripts=_counted(scripts),
        junk=_counted(junk[:_SHOWN_JUNK]),
        n_junk=sum(count for _, count in junk),
        n_mojibake=sum(count for value, count in sampled.values if is_mojibake(value[:_LONGEST_READ])),
        signs=dict(counts.signs),
        votes=votes,
        meaning=meaning,
    )


def _counted(pairs: Sequence[tuple[str, int]]) -> tuple[Counted, ...]:
    return tuple(Counted(text, count) for text, count in pairs)


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[: _LONGEST_SHOWN - 1]}…"

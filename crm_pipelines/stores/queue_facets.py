"""The review queue narrowed and counted: by what stands in the publication, and by who is at work on what now.

There may be hundreds of thousands of questions and each page asks for them more than once, so those of a publication
are read once and kept; what moves from minute to minute (who has one, what is due) is worked out when it is asked for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import polars as pl

from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores.ledger.claims import Claim
from crm_pipelines.stores.statements import statement

FACETS = ("customer_type", "kind", "reason", "assignee", "due", "source", "band", "value", "age")
_STANDING = ("customer_type", "kind", "reason", "band", "value")  # facets that a publication settles
_ONCE = ["pair", "cluster"]  # questions that an answer settles; those about decisions are asked until they agree
_WINDOW = 1_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of the queue at a time.

    Attributes:
        now: aware.
        claims: all that count now.
        person_id: who looks.
        postponed: questions this person put off.
        answered: questions that the ledger has an answer to.
        proposed: questions to which an answer waits for a second person.
        rules: until when questions want an answer.
    """

    now: datetime
    rules: ReviewRules
    person_id: str = ""
    claims: Sequence[Claim] = ()
    postponed: Collection[str] = ()
    answered: Collection[str] = ()
    proposed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Open questions that are alike in every facet.

    Attributes:
        values: facet -> value, but for the sources.
        sources: of their records, sorted.
        n_questions: how many.
    """

    values: Mapping[str, str]
    sources: tuple[str, ...]
    n_questions: int

    def has(self, facet: str, value: str) -> bool:
        """Whether the questions belong to a value of a facet."""
        return value in self.sources if facet == "source" else self.values[facet] == value


class Queue:
    """All questions of one publication, the most urgent first; never changed, so many may read it.

    Args:
        questions: one row a question: what `queue_facets` gives.
    """

    def __init__(self, questions: pl.DataFrame) -> None:
        self._questions = questions.sort("priority", "question_id", descending=[True, False])

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, model: ModelVersion) -> "Queue":
        """The queue of a publication; the thresholds of the model part the bands."""
        types = list(model.types)
        limits = {
            "types": [kind.value for kind in types],
            "auto_match": [model.types[kind].thresholds.auto_match for kind in types],
            "review": [model.types[kind].thresholds.review for kind in types],
        }
        found: pl.DataFrame = con.sql(statement("queue_facets"), params=limits).pl()
        return cls(found.with_columns(pl.col("asked_at").dt.convert_time_zone("UTC")))  # DuckDB says Etc/UTC

    def groups(self, sight: Sight) -> list[Group]:
        """The open questions, counted by everything they can be narrowed to."""
        names = [name for name in FACETS if name != "source"]
        found = (
            self._questions.lazy()
            .filter(_is_open(sight))
            .with_columns(**_moving(sight))
            .group_by([*names, "sources"])
            .agg(n=pl.len())
            .sort([*names, "sources"])
            .collect()
        )
        return [Group(dict(zip(names, row, strict=False)), tuple(row[-2].split(",")), row[-1]) for row in found.rows()]

    def listed(
        self, sight: Sight, chosen: Mapping[str, str], *, after: str = "", n_most: int, is_free: bool = False
    ) -> list[str]:
        """Ids of open questions, the most urgent first; what the person put off comes last.

        Args:
            sight: who looks, and when.
            chosen: facet -> value; empty: all.
            after: the question behind which the list goes on; empty, or one that is not there: from the beginning.
            n_most: at most so many.
            is_free: without those that somebody else has.
        """
        wanted = _is_open(sight) & _is_chosen(sight, chosen, is_free=is_free)
        place = self._behind(after)
        found: list[str] = []
        if not (place and after in sight.postponed):
            for window in self._windows(place):
                named = window.filter(wanted & ~_among(sight.postponed))["question_id"]
                found += named.head(n_most - len(found)).to_list()
                if len(found) == n_most:
                    return found
            place = 0
        if sight.postponed:
            named = self._questions.slice(place).filter(_among(sight.postponed)).filter(wanted)["question_id"]
            found += named.head(n_most - len(found)).to_list()
        return found

    def _behind(self, question_id: str) -> int:
        """The place behind a question; 0 when it is not there."""
        places = self._questions["question_id"].index_of(question_id) if question_id else None
        return 0 if places is None else places + 1

    def _windows(self, start: int) -> Iterator[pl.DataFrame]:
        """The questions from a place on, a few first and then more: what is asked for is mostly found at once."""
        size = _WINDOW
        while start < len(self._questions):
            yield self._questions.slice(start, size)
            start, size = start + size, size * 8


def _among(names: Collection[str]) -> pl.Expr:
    return pl.col("question_id").is_in(pl.Series(sorted(names), dtype=pl.String()).implode())


def _is_open(sight: Sight) -> pl.Expr:
    """Neither answered, as far as an answer settles it, nor answered and waiting for a second person."""
    is_answered = pl.col("kind").is_in(_ONCE) & _among(sight.answered)
    return ~(is_answered | _among(sight.proposed))


def _is_chosen(sight: Sight, chosen: Mapping[str, str], *, is_free: bool) -> pl.Expr:
    moving, found = _moving(sight), pl.lit(True)
    for name, value in chosen.items():
        if value and name == "source":
            found &= pl.col("sources").str.split(",").list.contains(value)
        elif value and name in FACETS:
            found &= (pl.col(name) if name in _STANDING else moving[name]) == value
    return found & (moving["assignee"] != "others") if is_free else found


def _moving(sight: Sight) -> dict[str, pl.Expr]:
    """The facets that change without a new publication."""
    mine = [claim.question_id for claim in sight.claims if claim.person_id == sight.person_id]
    others = [claim.question_id for claim in sight.claims if claim.person_id != sight.person_id]
    seconds = {kind.value: sight.rules.due_hours_of(kind) * 3600 for kind in QuestionKind}
    until = pl.col("kind").replace_strict(seconds, return_dtype=pl.Float64()) + pl.col("asked_at").dt.epoch("us") / 1e6
    now, day = sight.now.timestamp(), timedelta(days=1)
    return {
        "assignee": _first({"mine": _among(mine), "others": _among(others)}, "none"),
        "due": _first({"overdue": until < now, "today": until < now + day.total_seconds()}, "later"),
        "age": _first(
            {name: pl.col("asked_at") > sight.now - n * day for name, n in (("day", 1), ("week", 7), ("month", 30))},
            "older",
        ),
    }


def _first(cases: Mapping[str, pl.Expr], other: str) -> pl.Expr:
    """The name of the first case that holds."""
    found: pl.Expr = pl.lit(other)
    for name, holds in reversed(list(cases.items())):
        found = pl.when(holds).then(pl.lit(name)).otherwise(found)
    return found

# ruff: noqa: S608 - the statements are built from constant names of facets; values are bound
"""The review queue narrowed and counted: by what stands in the publication, and by who is at work on what now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores.ledger.claims import Claim
from crm_pipelines.stores.statements import statement

FACETS = ("customer_type", "kind", "reason", "assignee", "due", "source", "band", "value", "age")
_ORDER = "is_postponed, priority desc, question_id"


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
        model: its thresholds part the bands.
        rules: until when questions want an answer.
    """

    now: datetime
    model: ModelVersion = field(repr=False)
    rules: ReviewRules
    person_id: str = ""
    claims: Sequence[Claim] = ()
    postponed: Collection[str] = ()
    answered: Collection[str] = ()
    proposed: Collection[str] = ()

    def values(self) -> dict[str, Any]:
        """What `queue_facets.sql` binds."""
        types = list(self.model.types)
        return {
            "now": self.now,
            "postponed": sorted(self.postponed),
            "answered": sorted(self.answered),
            "proposed": sorted(self.proposed),
            "types": [kind.value for kind in types],
            "auto_match": [self.model.types[kind].thresholds.auto_match for kind in types],
            "review": [self.model.types[kind].thresholds.review for kind in types],
            "kinds": [kind.value for kind in QuestionKind],
            "due_seconds": [self.rules.due_hours_of(kind) * 3600 for kind in QuestionKind],
            "claimed": [claim.question_id for claim in self.claims],
            "claimed_mine": [claim.person_id == self.person_id for claim in self.claims],
        }


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


def groups(con: duckdb.DuckDBPyConnection, sight: Sight) -> list[Group]:
    """The open questions, counted by everything they can be narrowed to."""
    names = [name for name in FACETS if name != "source"]
    rows = con.execute(
        f"""select {", ".join(names)}, sources, count(*) from ({statement("queue_facets")})
            where not is_answered group by all order by all""",
        sight.values(),
    ).fetchall()
    return [Group(dict(zip(names, row, strict=False)), tuple(row[-2]), int(row[-1])) for row in rows]


def listed(  # noqa: PLR0913 - what is wanted, from where, and how many
    con: duckdb.DuckDBPyConnection,
    sight: Sight,
    chosen: Mapping[str, str],
    *,
    after: str = "",
    n_most: int,
    is_free: bool = False,
) -> list[str]:
    """Ids of open questions, the most urgent first; what the person put off comes last.

    Args:
        con: the publication.
        sight: who looks, and when.
        chosen: facet -> value; empty: all.
        after: the question behind which the list goes on; empty, or one that is not there: from the beginning.
        n_most: at most so many.
        is_free: without those that somebody else has.
    """
    conditions = ["not is_answered", *(_condition(name) for name in FACETS if chosen.get(name))]
    if is_free:
        conditions.append("assignee <> 'others'")
    values = sight.values() | {f"wanted_{name}": value for name, value in chosen.items() if value}
    place = _place(con, sight, after) if after else None
    if place is not None:
        conditions.append(
            """(is_postponed > $is_postponed or (is_postponed = $is_postponed and (priority < $priority
                or (priority = $priority and question_id > $after))))"""
        )
        values |= {"is_postponed": place[0], "priority": place[1], "after": after}
    rows = con.execute(
        f"""select question_id from ({statement("queue_facets")}) where {" and ".join(conditions)}
            order by {_ORDER} limit $n_most""",
        values | {"n_most": n_most},
    ).fetchall()
    return [name for (name,) in rows]


def _condition(facet: str) -> str:
    return f"list_contains(sources, $wanted_{facet})" if facet == "source" else f"{facet} = $wanted_{facet}"


def _place(con: duckdb.DuckDBPyConnection, sight: Sight, question_id: str) -> tuple[bool, float] | None:
    found = con.execute("select priority from review_queue where question_id = ?", [question_id]).fetchall()
    return (question_id in sight.postponed, float(found[0][0])) if found else None

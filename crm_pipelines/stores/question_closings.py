"""Questions that are asked no more: what became of them, kept from publication to publication.

A question is a fact of the records, so it goes when its records do, or when they need no answer any more. Whoever meant
to answer it is told why it went. Like `changes`, the history lives in the publications alone and outlives a rebuild.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import polars as pl

from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision, as_judged
from crm_pipelines.stores.statements import statement


@dataclass(frozen=True, slots=True)
class Decided:
    """What of the ledger a closing may rest on.

    Attributes:
        answers: question id -> the last decision in force that answered it with "same" or "different".
        apart: pairs of records that people parted, also by way of others, the smaller id first.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    apart: Collection[tuple[str, str]] = ()

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> "Decided":
        """Read the decisions a run is pinned to, in ledger order."""
        superseded = {one.supersedes for one in decisions}
        answers = {
            one.question_id: one.decision_id
            for one in decisions
            if one.question_id is not None
            and one.judgement is not Judgement.UNSURE
            and one.decision_id not in superseded
        }
        return cls(answers, verdicts(as_judged(decisions)).apart)


def append_closed_questions(con: duckdb.DuckDBPyConnection, decided: Decided, run_id: str, at: datetime) -> None:
    """Note the questions of the last publication that the warehouse asks no more.

    Args:
        con: the warehouse with the candidate attached, its `review_queue` still that of the last publication.
        decided: what people decided.
        run_id: of this run.
        at: the time of this run.
    """
    answers = pl.DataFrame(
        {"question_id": list(decided.answers), "decision_id": list(decided.answers.values())},
        schema={"question_id": pl.String, "decision_id": pl.String},
    )
    apart = pl.DataFrame(sorted(decided.apart), schema={"one": pl.String, "other": pl.String}, orient="row")
    for name, rows in (("answered_questions", answers), ("decided_apart", apart)):
        con.register("incoming_frame", rows.to_arrow())
        con.execute(f"create or replace temporary table {name} as select * from incoming_frame")  # noqa: S608 - constant names
        con.unregister("incoming_frame")
    con.execute(statement("publish_closed_questions"), {"run_id": run_id, "at": at})

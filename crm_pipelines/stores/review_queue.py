"""Open questions in the warehouse."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from crm_pipelines.clustering.questions import Question
from crm_pipelines.stores.warehouse import Step

_MANY = 10_000  # lists that Arrow reads in a tenth of the time; it takes a third of a second to get ready
_SCHEMA = pl.Schema(
    {
        "question_id": pl.String(),
        "kind": pl.String(),
        "record_ids_left": pl.List(pl.String()),
        "record_ids_right": pl.List(pl.String()),
        "reason": pl.String(),
        "match_weight": pl.Float64(),
        "value": pl.Float64(),
        "priority": pl.Float64(),
    }
)


def replace_questions(step: Step, questions: Sequence[Question]) -> None:
    """Replace the questions about the records in `reached`.

    A question has been asked since the newest of its records was delivered: a fact of the data, so a rebuild asks
    since the same day. A record may be delivered anew with nothing in it that matching reads, so the days of the
    questions about any changed record are looked after.

    Args:
        step: the open step, which reads `records`.
        questions: every one about a record reached, and those among decisions.
    """
    step.frame("asked", _frame(questions))
    step.con.execute(
        f"""delete from review_queue where question_id in (
               select question_id from ({_named("review_queue")}) as named
               where record_id in (
                   select record_id from record_keys where record_key in (select record_key from reached))
               union all
               select question_id from asked)"""  # noqa: S608 - our own text
    )
    step.con.execute(
        f"""insert into review_queue by name
           select asked.*, seen.customer_type, seen.asked_at, ? as run_id
           from asked
           inner join ({_seen("asked")}) as seen on seen.question_id = asked.question_id
           order by asked.question_id""",  # noqa: S608 - our own text
        [step.run_id],
    )
    if step.count(step.changed("records")):
        _look_after_days(step)


def _look_after_days(step: Step) -> None:
    """A record may be delivered anew: since when a question about it is asked follows."""
    step.temporary("asked_before", _ASKED_BEFORE.format(named=_named("review_queue"), changed=step.changed("records")))
    step.con.execute(
        f"""update review_queue set asked_at = seen.asked_at from ({_seen("asked_before")}) as seen
           where seen.question_id = review_queue.question_id and seen.asked_at <> review_queue.asked_at"""  # noqa: S608
    )


_ASKED_BEFORE = """
    select * from review_queue
    where question_id not in (select question_id from asked) and question_id in (
        select question_id from ({named}) as named
        where record_id in (
            select record_id from record_keys where record_key in (select cast(key as integer) from {changed})))"""


def _frame(questions: Sequence[Question]) -> pl.DataFrame:
    """One row per question; column by column, since there may be hundreds of thousands."""
    columns: dict[str, object] = {name: [getattr(question, name) for question in questions] for name in _SCHEMA}
    columns["kind"] = [question.kind.value for question in questions]
    if len(questions) > _MANY:
        for side in ("record_ids_left", "record_ids_right"):
            columns[side] = pl.from_arrow(pa.array(columns[side], type=pa.list_(pa.string())))
    return pl.DataFrame(columns, schema=_SCHEMA)


def _named(table: str) -> str:
    """Query of the records that the questions of a table name: question_id, record_id."""
    records = "unnest(list_concat(record_ids_left, record_ids_right)) as record_id"
    return f"select question_id, {records} from {table}"  # noqa: S608 - one of ours


def _seen(table: str) -> str:
    """Query of the type of a question's records and the day the newest was delivered, by question_id."""
    return f"""
        select named.question_id, max(customer_type) as customer_type, max(delivered_at) as asked_at
        from ({_named(table)}) as named
        inner join standardised_records using (record_id)
        group by named.question_id"""  # noqa: S608 - one of ours

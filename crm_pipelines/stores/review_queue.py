"""Open questions in the warehouse."""

from collections.abc import Sequence

import polars as pl

from crm_pipelines.clustering.questions import Question
from crm_pipelines.stores.warehouse import Step

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
    since the same day. A record may be delivered anew with nothing in it that matching reads, so the days of all
    questions are looked after.
    """
    rows = [
        (q.question_id, q.kind.value, list(q.record_ids_left), list(q.record_ids_right), q.reason, q.match_weight,
         q.value, q.priority)
        for q in questions
    ]  # fmt: skip
    step.frame("asked", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    step.con.execute(
        """delete from review_queue where question_id in (
               select question_id from (
                   select question_id, unnest(list_concat(record_ids_left, record_ids_right)) as record_id
                   from review_queue) as named
               inner join record_keys using (record_id)
               where record_keys.record_key in (select record_key from reached))
           or question_id in (select question_id from asked)"""
    )
    step.con.execute(
        """insert into review_queue by name
           select asked.*, seen.customer_type, seen.asked_at, ? as run_id
           from asked
           inner join (
               select named.question_id, max(customer_type) as customer_type, max(delivered_at) as asked_at
               from (select question_id, unnest(list_concat(record_ids_left, record_ids_right)) as record_id from asked)
                   as named
               inner join standardised_records using (record_id)
               group by named.question_id) as seen on seen.question_id = asked.question_id
           order by asked.question_id""",
        [step.run_id],
    )
    step.con.execute(
        """update review_queue set asked_at = seen.asked_at
           from (
               select named.question_id, max(delivered_at) as asked_at
               from (select question_id, unnest(list_concat(record_ids_left, record_ids_right)) as record_id
                     from review_queue) as named
               inner join standardised_records using (record_id)
               group by named.question_id) as seen
           where seen.question_id = review_queue.question_id and seen.asked_at <> review_queue.asked_at"""
    )

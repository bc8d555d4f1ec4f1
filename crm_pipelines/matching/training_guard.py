# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Whether a trained model may take the place of the one at hand: what both do with the same candidate pairs.

Without answers of people nobody knows which model is right, but two things can be counted. Pairs it would join: a model
that joins clearly fewer loses customers. Conflicts: of two records that a third would be joined with, both on their
own, how many speak against one another; a model that joins too much has more of them. With answers of people to pairs
that were drawn for control, its errors are counted instead, and must not be more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.training_scores import scores_of
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.model.errors import Fact, Fault

LEAST_ANSWERS = 40
_LOST_SHARE = 0.01
_MORE_CONFLICTS = 1.1
_SPARE_CONFLICTS = 0.001


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a model does with the candidate pairs of one customer type.

    Attributes:
        n_joined: pairs that join on their own.
        n_asked: pairs that are asked.
        n_two_steps: pairs of records that a third would be joined with, as far as they were compared themselves.
        n_conflicts: of these, such that speak against one customer.
        n_answers: control pairs with an answer.
        n_errors: of these, joined though different or kept apart though the same.
    """

    n_joined: int
    n_asked: int
    n_two_steps: int
    n_conflicts: int
    n_answers: int = 0
    n_errors: int = 0

    @property
    def conflict_share(self) -> float:
        """Conflicts of the two-step pairs."""
        return self.n_conflicts / self.n_two_steps if self.n_two_steps else 0.0


def behaviour(
    con: duckdb.DuckDBPyConnection,
    kind: CustomerType,
    model: ModelVersion,
    answers: Mapping[tuple[int, int], bool],
) -> Behaviour:
    """What a model does with the staged candidates.

    Args:
        con: holds `candidates_<type>` and `match_input_<type>` with the term frequencies of the model.
        kind: customer type.
        model: the version to look at.
        answers: (smaller record key, larger record key) of control pairs -> whether they are the same.
    """
    with scores_of(con, kind, model, f"candidates_{kind}") as scores:
        bands = dict(con.execute(f"select band, count(*) from {scores} group by band").fetchall())
        n_two_steps, n_conflicts = con.execute(_two_steps_sql(scores, model.types[kind].thresholds.review)).fetchall()[
            0
        ]
        judged = con.execute(f"select record_key_l, record_key_r, band from {scores}").fetchall() if answers else []
    known = [(band, answers[left, right]) for left, right, band in judged if (left, right) in answers]
    wrong = {(Band.AUTO_MATCH.value, False), (Band.NON_MATCH.value, True)}
    return Behaviour(
        n_joined=bands.get(Band.AUTO_MATCH, 0),
        n_asked=bands.get(Band.REVIEW, 0),
        n_two_steps=n_two_steps,
        n_conflicts=n_conflicts,
        n_answers=len(known),
        n_errors=sum(one in wrong for one in known),
    )


def objections(kind: CustomerType, old: Behaviour, new: Behaviour) -> list[Fault]:
    """What speaks against using the new model in place of the old one; nothing when it may."""
    facts: dict[str, Fact] = {"customer_type": kind.value}
    if min(old.n_answers, new.n_answers) >= LEAST_ANSWERS:
        if new.n_errors <= old.n_errors:
            return []
        counts = {"n_before": old.n_errors, "n_after": new.n_errors, "n_answers": new.n_answers}
        return [Fault("train.more_errors", {**facts, **counts})]
    found = []
    if new.n_joined < old.n_joined * (1.0 - _LOST_SHARE):
        found.append(Fault("train.fewer_joined", {**facts, "n_before": old.n_joined, "n_after": new.n_joined}))
    if new.conflict_share > old.conflict_share * _MORE_CONFLICTS + _SPARE_CONFLICTS:
        counts = {"n_before": old.n_conflicts, "n_after": new.n_conflicts}
        found.append(Fault("train.more_conflicts", {**facts, **counts}))
    return found


def _two_steps_sql(scores: str, review: float) -> str:
    """Pairs two joins apart that were compared themselves, and those of them that speak against."""
    return f"""
    with joined as (
      select record_key_l as a, record_key_r as b from {scores} where band = '{Band.AUTO_MATCH}'
      union all select record_key_r, record_key_l from {scores} where band = '{Band.AUTO_MATCH}'),
    two_steps as (select distinct x.a, y.b from joined x join joined y on x.b = y.a and x.a < y.b)
    select count(*), count(*) filter (s.is_contradiction or s.match_weight < {review!r})
    from two_steps t join {scores} s on s.record_key_l = t.a and s.record_key_r = t.b"""

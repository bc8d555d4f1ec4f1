"""The dashboard: what there is, what waits, how the weights lie, who answered."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.runs_view import RunSummary
from crm_pipelines.web.reading_room import Look

_LOWEST, _HIGHEST, _STEP = -24, 48, 4
_AGES = (1, 2, 4, 7, 14, 30)  # days
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart: what it counts up to or from, how many, its height in per cent of the highest."""

    label: str
    number: int
    height: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How the match weights of the stored pairs of a customer type lie; heights follow the square root.

    Attributes:
        review_at, auto_match_at: the thresholds, in per cent of the width.
    """

    customer_type: CustomerType
    columns: tuple[Column, ...]
    review: float
    auto_match: float
    review_at: float
    auto_match_at: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered: how much, and how much of it was answered otherwise later."""

    steward: str
    n_answers: int
    n_reversed: int


@dataclass(frozen=True, slots=True)
class DashboardView:
    """Everything on the page.

    Attributes:
        ages: open questions by days since they were asked.
        last_run: None before the first.
    """

    n_customers: int
    n_records: int
    n_questions: int
    oldest_asked_at: datetime | None
    weights: tuple[Weights, ...]
    ages: tuple[Column, ...]
    answers: tuple[Answers, ...]
    last_run: RunSummary | None


def dashboard_view(look: Look, runs: Sequence[RunSummary], now: datetime) -> DashboardView:
    """Work the page out.

    Args:
        look: at the publication.
        runs: the latest first.
        now: aware; ages count up to it.
    """
    counts = look.con.execute(
        "select (select count(*) from customers), (select count(*) from crosswalk where valid_to is null)"
    ).fetchall()
    asked = [asked_at for (asked_at,) in look.con.execute("select asked_at from review_queue").fetchall()]
    return DashboardView(
        n_customers=counts[0][0],
        n_records=counts[0][1],
        n_questions=len(asked),
        oldest_asked_at=min(asked, default=None),
        weights=tuple(_weights(look)),
        ages=_ages(asked, now),
        answers=answers_of(look.desk.decisions),
        last_run=runs[0] if runs else None,
    )


def answers_of(decisions: Sequence[Decision]) -> tuple[Answers, ...]:
    """Answers by person, the most first; one that another answer of another kind superseded is a reversed one."""
    by_id = {one.decision_id: one for one in decisions}
    given = Counter(one.steward for one in decisions if not one.is_withdrawal)
    reversed_: Counter[str] = Counter()
    for one in decisions:
        before = by_id.get(one.supersedes or "")
        if before is not None and before.judgement is not one.judgement:
            reversed_[before.steward] += 1
    return tuple(Answers(name, n, reversed_[name]) for name, n in sorted(given.items(), key=lambda at: (-at[1], at[0])))


def _weights(look: Look) -> list[Weights]:
    rows = look.con.execute(
        """select customer_type, cast(floor(least(greatest(match_weight, $lowest), $highest) / $step) as int), count(*)
           from scored_pairs group by all""",
        {"lowest": _LOWEST, "highest": _HIGHEST - 1, "step": _STEP},
    ).fetchall()
    found = []
    for kind in CustomerType:
        counts = {place: number for name, place, number in rows if name == kind.value}
        if not counts:
            continue
        places = range(_LOWEST // _STEP, _HIGHEST // _STEP)
        columns = _columns([(str(place * _STEP), counts.get(place, 0)) for place in places])
        limits = look.evidence.model.types[kind].thresholds
        found.append(
            Weights(kind, columns, limits.review, limits.auto_match, _at(limits.review), _at(limits.auto_match))
        )
    return found


def _ages(asked: Sequence[datetime], now: datetime) -> tuple[Column, ...]:
    days = [(now - at).total_seconds() / _DAY_SECONDS for at in asked]
    counted = Counter(next((limit for limit in _AGES if age < limit), None) for age in days)
    return _columns(
        [
            *((f"< {limit}", counted[limit]) for limit in _AGES),
            (f"\N{GREATER-THAN OR EQUAL TO} {_AGES[-1]}", counted[None]),
        ]
    )


def _columns(counted: Sequence[tuple[str, int]]) -> tuple[Column, ...]:
    highest = math.sqrt(max((number for _, number in counted), default=0) or 1)
    return tuple(Column(label, number, round(math.sqrt(number) / highest * 100, 1)) for label, number in counted)


def _at(weight: float) -> float:
    return round((min(max(weight, _LOWEST), _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST) * 100, 2)

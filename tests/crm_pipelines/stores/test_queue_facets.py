"""The kept queue says what a look at every question by itself would say, whoever looks and however it is narrowed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest

from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores.ledger.claims import Claim
from crm_pipelines.stores.queue_facets import FACETS, Queue, Sight

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
RULES = ReviewRules(
    due_hours={QuestionKind.PAIR: 40.0, QuestionKind.CONFLICT: 5.0}, most_together=10, two_people_from=0
)
N_QUESTIONS = 3_000  # more than are looked at in one go


def _questions(rng: Random) -> list[dict[str, Any]]:
    return [
        {
            "question_id": f"q{rng.random():.12f}",
            "kind": rng.choice(list(QuestionKind)).value,
            "customer_type": rng.choice(["PERSON", "ORGANISATION"]),
            "reason": rng.choice(["a", "b", "c"]),
            "priority": float(rng.randrange(40)),
            "asked_at": NOW - timedelta(hours=rng.choice([0, 2, 23, 24, 39, 40, 100, 300, 900])),
            "sources": rng.choice(["erp", "erp,mail", "mail", "form,erp,mail"]),
            "band": rng.choice(["none", "above", "upper"]),
            "value": rng.choice(["two", "few", "many"]),
        }
        for _ in range(N_QUESTIONS)
    ]


def _sight(rng: Random, questions: list[dict[str, Any]]) -> Sight:
    def some(n: int) -> frozenset[str]:
        return frozenset(one["question_id"] for one in rng.sample(questions, n))

    claimed = sorted(some(300))
    claims = [
        Claim(
            question_id=name,
            person_id="me" if at % 3 else "you",
            name="",
            until=None,
            assigned_by=None,
            taken_from=None,
        )
        for at, name in enumerate(claimed)
    ]
    return Sight(NOW, RULES, "me", claims, some(200), some(500) | {"gone"}, some(100))


def _naive(sight: Sight, one: dict[str, Any], facet: str) -> str:
    match facet:
        case "assignee":
            holders = {claim.question_id: claim.person_id for claim in sight.claims}
            holder = holders.get(one["question_id"])
            return "none" if holder is None else "mine" if holder == sight.person_id else "others"
        case "due":
            until = one["asked_at"] + timedelta(hours=RULES.due_hours_of(QuestionKind(one["kind"])))
            return "overdue" if until < NOW else "today" if until < NOW + timedelta(days=1) else "later"
        case "age":
            days = {"day": 1, "week": 7, "month": 30}
            return next((name for name, n in days.items() if one["asked_at"] > NOW - timedelta(days=n)), "older")
        case _:
            return str(one[facet])


def _is_open(sight: Sight, one: dict[str, Any]) -> bool:
    name = one["question_id"]
    return name not in sight.proposed and not (one["kind"] in {"pair", "cluster"} and name in sight.answered)


def _wanted(sight: Sight, one: dict[str, Any], chosen: dict[str, str]) -> bool:
    return all(
        value in one["sources"].split(",") if name == "source" else _naive(sight, one, name) == value
        for name, value in chosen.items()
    )


def _expected(sight: Sight, questions: list[dict[str, Any]], chosen: dict[str, str], *, is_free: bool) -> list[str]:
    found = [
        one
        for one in questions
        if _is_open(sight, one)
        and _wanted(sight, one, chosen)
        and not (is_free and _naive(sight, one, "assignee") == "others")
    ]
    found.sort(key=lambda one: (one["question_id"] in sight.postponed, -one["priority"], one["question_id"]))
    return [one["question_id"] for one in found]


@pytest.mark.parametrize("seed", range(6))
def test_lists_are_those_of_a_look_at_every_question(seed: int) -> None:
    rng = Random(seed)
    questions = _questions(rng)
    sight, queue = _sight(rng, questions), Queue(pl.DataFrame(questions))
    narrowings: list[dict[str, str]] = [
        {}, {"source": "mail"}, {"assignee": "mine"}, {"due": "overdue", "kind": "pair"}, {"age": "week"},
        {"band": "upper", "value": "many", "customer_type": "PERSON", "reason": "b"}, {"reason": "nothing"},
    ]  # fmt: skip
    for chosen in narrowings:
        for is_free in (False, True):
            expected = _expected(sight, questions, chosen, is_free=is_free)
            assert queue.listed(sight, chosen, n_most=N_QUESTIONS, is_free=is_free) == expected
            for place in (0, 1, len(expected) // 2, len(expected) - 1):
                if expected:
                    behind = queue.listed(sight, chosen, after=expected[place], n_most=7, is_free=is_free)
                    assert behind == expected[place + 1 : place + 8]


def test_a_list_behind_a_question_that_is_not_there_begins_anew() -> None:
    rng = Random(11)
    questions = _questions(rng)
    sight, queue = _sight(rng, questions), Queue(pl.DataFrame(questions))
    assert queue.listed(sight, {}, after="q-of-yesterday", n_most=5) == queue.listed(sight, {}, n_most=5)


def test_open_questions_are_counted_by_all_facets() -> None:
    rng = Random(5)
    questions = _questions(rng)
    sight = _sight(rng, questions)
    names = [name for name in FACETS if name != "source"]
    expected = Counter(
        (tuple(_naive(sight, one, name) for name in names), tuple(one["sources"].split(",")))
        for one in questions
        if _is_open(sight, one)
    )
    found = Queue(pl.DataFrame(questions)).groups(sight)
    assert {(tuple(one.values[name] for name in names), one.sources): one.n_questions for one in found} == expected
    assert sum(one.n_questions for one in found) == sum(expected.values())

"""The waterfall of a score: nothing left out, nothing counted twice, and what it says of people and rarity."""

from itertools import combinations
from typing import Any

import pytest

from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.explanation import message_codes
from crm_pipelines.matching.explanation_waterfall import Waterfall, waterfall
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.builders import person
from tests.crm_pipelines.matching.worlds import random_records, seeded


def fall_of(left: dict[str, Any], right: dict[str, Any]) -> Waterfall:
    return waterfall(score_pair(left, right, shipped_model(), {}), shipped_model())


def test_every_score_is_the_last_total_to_nine_decimals() -> None:
    records = random_records(seeded(8), 60)
    n_pairs = 0
    for left, right in combinations(records, 2):
        if left["customer_type"] != right["customer_type"]:
            continue
        score = score_pair(left, right, shipped_model(), {})
        fall = waterfall(score, shipped_model())
        n_pairs += 1
        assert fall.match_weight == score.match_weight
        assert abs(fall.steps[-1].running_total - score.match_weight) < 1e-9
        assert abs(sum(step.weight for step in fall.steps) - score.match_weight) < 1e-9
        assert {step.comparison for step in fall.steps[1:]} == set(score.comparisons)
        assert {step.sentence.code for step in fall.steps} <= set(message_codes())
    assert n_pairs > 500


def test_the_prior_comes_first_then_the_heaviest_and_last_what_was_not_compared() -> None:
    shared: dict[str, Any] = {"email": "a@b.jp", "phone": "+819011112222"}
    fall = fall_of(person("佐藤", "健一", **shared), person("佐藤", "健一", **(shared | {"phone": "+819033334444"})))
    made = [step for step in fall.steps if step.is_compared]
    assert made == list(fall.made)
    assert fall.steps[0].comparison is None
    weights = [abs(step.weight) for step in made[1:]]
    assert weights == sorted(weights, reverse=True)
    assert fall.steps[: len(made)] == fall.made


def test_the_frequency_is_that_of_the_shared_name() -> None:
    model = shipped_model()
    table = model.frequencies.get("full_name", {})
    fall = fall_of(person("勅使河原", "健一"), person("勅使河原", "健一"))
    name = next(step for step in fall.steps if step.comparison == "name")
    u = model.types[CustomerType.PERSON].levels["name"]["exact"].u
    assert name.frequency is not None
    assert name.frequency == pytest.approx(u / 2**name.frequency_adjustment)
    assert name.frequency <= max(table.values(), default=1.0)
    assert next(step for step in fall.steps if step.comparison == "phone").frequency is None


def test_a_given_name_that_differs_needs_a_person_and_contradicts() -> None:
    household: dict[str, Any] = {"email": "a@b.jp", "phone": "+819011112222", "address": "1:a:1"}
    left = person("佐藤", "健一", readings=(("sato",), ("keniti",)), **household)
    right = person("佐藤", "裕子", readings=(("sato",), ("yuko",)), **household)
    held = fall_of(left, right).held_by
    assert [(step.comparison, step.contradicts) for step in held] == [("name", True)]


def test_nothing_needs_a_person_where_all_agree() -> None:
    left = person("佐藤", "健一", email="a@b.jp")
    assert fall_of(left, person("佐藤", "健一", email="a@b.jp")).held_by == ()

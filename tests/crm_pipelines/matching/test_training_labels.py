"""What answers of people do to weights."""

import pytest

from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.training_labels import LabelledPair, are_enough, corrections, refined_by_labels
from crm_pipelines.matching.training_shrinkage import MOST_BITS
from crm_pipelines.model.enums import CustomerType
from tests.crm_pipelines.matching.worlds import seeded

PERSON = CustomerType.PERSON


def answered(n_same: int, n_different: int, weight: float = 0.0, **levels: str) -> list[LabelledPair]:
    return [LabelledPair(levels, weight, number < n_same) for number in range(n_same + n_different)]


def test_few_answers_or_answers_of_one_kind_teach_nothing() -> None:
    assert are_enough(answered(30, 30))
    assert not are_enough(answered(29, 30))
    assert not are_enough(answered(100, 14))


def test_a_level_whose_pairs_are_mostly_the_same_gains_weight() -> None:
    pairs = [*answered(90, 10, email="typo"), *answered(10, 90, email="local_part")]
    old, new = shipped_model().types[PERSON], refined_by_labels(PERSON, shipped_model().types[PERSON], pairs)
    typo, local_part = (
        new.levels["email"][level].weight - old.levels["email"][level].weight for level in ("typo", "local_part")
    )
    assert 1.5 < typo <= MOST_BITS + 1e-9
    assert -MOST_BITS - 1e-9 <= local_part < -1.5
    assert new.levels["phone"] == old.levels["phone"]


def test_what_contradicts_keeps_its_weight_whatever_is_answered() -> None:
    old = shipped_model().types[PERSON]
    new = refined_by_labels(PERSON, old, answered(100, 20, -5.0, birth_date="different"))
    assert new.levels["birth_date"]["different"] == old.levels["birth_date"]["different"]


def test_pairs_that_a_model_judges_rightly_move_nothing_much() -> None:
    pairs = [*answered(50, 0, 12.0, name="exact"), *answered(0, 50, -12.0, name="different")]
    assert max(abs(bits) for bits in corrections(pairs).values()) < 0.05


def test_the_weights_behind_the_answers_are_found_again() -> None:
    random = seeded(4)
    behind = {("name", "exact"): 6.0, ("name", "different"): -5.0, ("email", "own"): 4.0, ("email", "different"): -4.0}
    believed = {
        ("name", "exact"): 4.5,
        ("name", "different"): -3.0,
        ("email", "own"): 4.0,
        ("email", "different"): -6.0,
    }
    pairs = []
    for _ in range(6_000):
        levels = {name: random.choice([level for one, level in behind if one == name]) for name in ("name", "email")}
        right = sum(behind[at] for at in levels.items())
        pairs.append(
            LabelledPair(levels, sum(believed[at] for at in levels.items()), random.random() < 1 / (1 + 2**-right))
        )
    found = corrections(pairs)
    for name in ("exact", "different"):
        for other in ("own", "different"):
            at = [("name", name), ("email", other)]
            assert sum(believed[one] + found[one] for one in at) == pytest.approx(
                sum(behind[one] for one in at), abs=0.7
            )

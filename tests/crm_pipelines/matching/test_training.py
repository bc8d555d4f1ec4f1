"""Training on a project's own records: what moves, how far, and what never does."""

import json
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.training import Answer, Training, TrainingPlan, train
from crm_pipelines.matching.training_shrinkage import MOST_BITS
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError
from tests.crm_pipelines.matching.training_world import companies, people, publish
from tests.crm_pipelines.matching.worlds import seeded

PERSON, ORGANISATION = CustomerType.PERSON, CustomerType.ORGANISATION


def trained(customers: list[list[dict[str, Any]]], **plan: Any) -> Training:
    with duckdb.connect(config={"threads": 2}) as con:
        publish(con, customers)
        start = plan.pop("start", shipped_model())
        return train(con, TrainingPlan(start=start, in_use=start, n_random_pairs=30_000, **plan))


@pytest.fixture(scope="module")
def world() -> list[list[dict[str, Any]]]:
    return [*people(seeded(1), 400, moved=0.5), *companies(seeded(2), 30)]


@pytest.fixture(scope="module")
def training(world: list[list[dict[str, Any]]]) -> Training:
    return trained(world)


def weight(model: ModelVersion, kind: CustomerType, comparison: str, level: str) -> float:
    return model.types[kind].levels[comparison][level].weight


def test_a_field_that_changes_often_speaks_less_when_it_differs(training: Training) -> None:
    before = weight(shipped_model(), PERSON, "phone", "different")
    steady = trained([*people(seeded(1), 400, moved=0.02)])
    moving, still = (weight(one.model, PERSON, "phone", "different") for one in (training, steady))
    assert still < before
    assert moving > still + 0.5


def test_what_was_seen_on_many_pairs_moves_and_what_nobody_saw_stays(training: Training) -> None:
    estimate = training.types[PERSON].estimate
    assert estimate is not None
    unseen = 0
    for comparison in COMPARISONS[PERSON]:
        for level in comparison.levels:
            count = estimate.counts[comparison.name][level.name]
            old, new = (weight(one, PERSON, comparison.name, level.name) for one in (shipped_model(), training.model))
            assert abs(new - old) <= MOST_BITS + 1e-6
            if count.same == 0:
                unseen += 1
                assert new == pytest.approx(old, abs=1e-9)
            if level.contradicts:
                assert new == pytest.approx(old, abs=1e-9)
            elif level.needs_a_person and old < 0:
                assert new <= old + 1e-9
    assert unseen > 5


def test_a_type_with_too_little_to_learn_from_keeps_its_weights(training: Training) -> None:
    assert training.types[ORGANISATION].estimate is None
    assert training.model.types[ORGANISATION] == shipped_model().types[ORGANISATION]
    assert training.model.types[PERSON] != shipped_model().types[PERSON]


def test_with_too_little_of_everything_nothing_is_learned() -> None:
    training = trained([*people(seeded(1), 40), *companies(seeded(2), 30)])
    assert not training.is_new
    assert training.model == shipped_model()


def test_the_same_records_give_the_same_version_and_one_record_more_another(
    world: list[list[dict[str, Any]]], training: Training
) -> None:
    again = trained(world)
    assert (again.model.id, again.data_hash) == (training.model.id, training.data_hash)
    more = trained([*world, *companies(seeded(3), 1)])
    assert more.data_hash != training.data_hash
    assert more.model.id != training.model.id


def test_a_version_tells_what_it_was_trained_on_and_survives_its_files(training: Training) -> None:
    origin = json.loads(training.model.origin)
    assert (origin["started_from"], origin["data_hash"]) == (shipped_model().id, training.data_hash)
    assert origin["types"]["person"]["is_refined"]
    again = ModelVersion.from_files(training.model.to_files())
    assert (again, again.id) == (training.model, training.model.id)


def test_names_that_many_customers_bear_are_learned_and_rare_ones_are_not_named(training: Training) -> None:
    learned = training.model.frequencies
    assert learned["given_name"]["名1"] > shipped_model().types[PERSON].frequency_floors["given_name"]
    assert "organisation_name" not in shipped_model().frequencies
    assert "organisation_name" not in learned
    assert learned["family_name"]["佐藤"] > 0


def test_a_level_without_a_weight_to_begin_with_fails_the_training(world: list[list[dict[str, Any]]]) -> None:
    model = shipped_model()
    levels = {name: dict(found) for name, found in model.types[PERSON].levels.items()}
    del levels["phone"]["tail"]
    start = replace(model, types={**model.types, PERSON: replace(model.types[PERSON], levels=levels)})
    with pytest.raises(ContractError) as refused:
        trained(world, start=start)
    assert (refused.value.code, refused.value.facts["level"]) == ("model.untrained_level", "tail")


def test_answers_move_weights_and_controls_do_not(world: list[list[dict[str, Any]]], training: Training) -> None:
    ids = [[record["record_id"] for record in customer] for customer in world[:400]]
    same = [(one[0], one[1]) for one in ids[:80]]
    different = [(one[0], other[0]) for one, other in zip(ids[:80], ids[80:160], strict=True)]

    def answered(is_control: bool) -> Training:
        answers = [Answer(pair, True, is_control) for pair in same]
        return trained(world, answers=[*answers, *(Answer(pair, False, is_control) for pair in different)])

    taught, measured = answered(False), answered(True)
    assert taught.types[PERSON].n_labels == 160
    assert taught.model.types[PERSON] != training.model.types[PERSON]
    assert measured.types[PERSON].n_labels == 0
    assert measured.model.types[PERSON] == training.model.types[PERSON]
    assert measured.types[PERSON].after.n_answers >= 70


def test_training_leaves_the_publication_as_it_was(world: list[list[dict[str, Any]]]) -> None:
    with duckdb.connect() as con:
        publish(con, world)
        before = con.execute("select * from standardised_records order by all").fetchall()
        train(con, TrainingPlan(start=shipped_model(), in_use=shipped_model(), n_random_pairs=1_000))
        assert con.execute("select * from standardised_records order by all").fetchall() == before
        assert con.execute("select table_name from duckdb_tables() where temporary").fetchall() == []

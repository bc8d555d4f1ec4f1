"""Splink writes its query once for a model; what it wrote is kept beside the pairs."""

from dataclasses import replace

import duckdb
import pytest

from crm_pipelines.matching import splink_scorer
from crm_pipelines.matching.incremental import update_pairs
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched, pairs, updated

RECORDS = [make(email="a@example.jp") for make in (person, organisation) for _ in range(2)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[CustomerType]:
    """The customer types that Splink was asked for."""
    found: list[CustomerType] = []
    write = splink_scorer.prediction_query

    def noted(
        kind: CustomerType, levels: tuple[tuple[str, str, float, float], ...], inputs: str, columns: tuple[str, ...]
    ) -> str:
        found.append(kind)
        return write(kind, levels, inputs, columns)

    monkeypatch.setattr(splink_scorer, "prediction_query", noted)
    return found


def heavier(model: ModelVersion) -> ModelVersion:
    person_model = model.types[CustomerType.PERSON]
    name, levels = next(iter(person_model.levels.items()))
    level, one = next(iter(levels.items()))
    moved = {**person_model.levels, name: {**levels, level: replace(one, m=one.m / 2)}}
    return replace(model, types={**model.types, CustomerType.PERSON: replace(person_model, levels=moved)})


def test_splink_is_asked_once_for_a_model(asked: list[CustomerType]) -> None:
    with duckdb.connect() as con:
        matched(con, RECORDS)
        before = pairs(con)
        assert sorted(asked) == sorted(CustomerType)
        updated(con, RECORDS, [0, 1, 2, 3])
        assert sorted(asked) == sorted(CustomerType)
        assert pairs(con) == before


def test_another_model_has_a_query_of_its_own_and_the_old_one_goes(asked: list[CustomerType]) -> None:
    with duckdb.connect() as con:
        matched(con, RECORDS)
        kept = dict(con.execute("select customer_type, digest from prediction_queries").fetchall())
        asked.clear()
        update_pairs(con, "standardised_records", heavier(shipped_model()))
        assert asked == [CustomerType.PERSON]
        found = con.execute("select customer_type, digest from prediction_queries").fetchall()
        assert len(found) == len(CustomerType)
        assert dict(found)[CustomerType.PERSON.value] != kept[CustomerType.PERSON.value]
        assert dict(found)[CustomerType.ORGANISATION.value] == kept[CustomerType.ORGANISATION.value]

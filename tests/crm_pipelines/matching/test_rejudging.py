from dataclasses import replace

import duckdb
import pytest

from crm_pipelines.matching.incremental import update_pairs
from crm_pipelines.matching.model_version import ModelVersion, with_priors, with_thresholds
from crm_pipelines.matching.rejudging import only_thresholds_differ, rejudge_pairs
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.builders import replace_standardised_records
from tests.crm_pipelines.matching.stage import matched, state
from tests.crm_pipelines.matching.worlds import random_records, seeded

SHIPPED = shipped_model()


def under(auto_match: float, review: float) -> ModelVersion:
    """The shipped model under other thresholds of both types."""
    model = SHIPPED
    for kind in CustomerType:
        model = with_thresholds(model, kind, auto_match, review)
    return model


def with_floor(model: ModelVersion, floor: float) -> ModelVersion:
    person = model.types[CustomerType.PERSON]
    thresholds = replace(person.thresholds, floor=floor, contradiction_floor=floor)
    return replace(model, types={**model.types, CustomerType.PERSON: replace(person, thresholds=thresholds)})


def bands(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], str]:
    rows = con.execute("select record_key_l, record_key_r, band from scored_pairs").fetchall()
    return {(left, right): band for left, right, band in rows}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "model", [under(12.0, 3.0), under(1.0, -6.0), with_floor(SHIPPED, 4.0)], ids=["stricter", "milder", "fewer kept"]
)
def test_pairs_under_other_thresholds_are_those_of_scoring_all_anew(
    con: duckdb.DuckDBPyConnection, seed: int, model: ModelVersion
) -> None:
    records = random_records(seeded(seed), 80)
    matched(con, records)
    newcomers = random_records(seeded(seed + 100), 5)
    replace_standardised_records(con, [*records, *newcomers])
    named = [record["record_key"] for record in newcomers]
    con.execute("create or replace temp table named as select unnest(cast(? as integer[])) as record_key", [named])
    before = bands(con)
    update = rejudge_pairs(con, model, update_pairs(con, "named", model))
    found = state(con)
    told = {key for (key,) in con.execute("select record_key from pair_changed_records").fetchall()}
    moved = before.items() ^ bands(con).items()
    assert told == {key for pair, _ in moved for key in pair} | {key for key in told if key in named}
    assert update.n_changed_pair_records == len(told)
    assert update.n_scored < len(before)
    matched(con, [*records, *newcomers], model)
    assert found == state(con)


def test_only_thresholds_may_differ_and_nothing_may_be_kept_that_was_not() -> None:
    assert only_thresholds_differ(SHIPPED, under(12.0, 3.0))
    assert only_thresholds_differ(SHIPPED, SHIPPED)
    assert not only_thresholds_differ(SHIPPED, with_floor(SHIPPED, -100.0))
    assert not only_thresholds_differ(SHIPPED, with_priors(SHIPPED, {CustomerType.PERSON: -9.0}))
    person = SHIPPED.types[CustomerType.PERSON]
    other = replace(person, frequency_floors={name: value * 2 for name, value in person.frequency_floors.items()})
    assert not only_thresholds_differ(SHIPPED, replace(SHIPPED, types={**SHIPPED.types, CustomerType.PERSON: other}))

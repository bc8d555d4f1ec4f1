import math

import duckdb
import pytest

from crm_pipelines.matching.incremental import build_pairs, prior_has_moved, update_pairs
from crm_pipelines.matching.model_version import with_priors
from crm_pipelines.matching.prior_estimate import (
    HIGHEST_LOG2_ODDS,
    TOLERANCE,
    USUAL_LOG2_ODDS,
    estimated_prior,
    settled_priors,
)
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.builders import person, replace_standardised_records
from tests.crm_pipelines.matching.stage import matched, state
from tests.crm_pipelines.matching.worlds import random_records, seeded

PERSON, ORGANISATION = CustomerType.PERSON, CustomerType.ORGANISATION


def _evidence(n_same: int, n_different: int) -> list[tuple[float, int]]:
    """Pairs that nobody can doubt, and pairs of two customers that agree on something all the same."""
    return [(40.0, n_same), (4.0, n_different), (-20.0, 5 * n_different)]


@pytest.mark.parametrize(("n_records", "n_same"), [(20_000, 1_000), (20_000, 60_000), (100_000, 50_000)])
def test_the_estimate_is_the_share_of_pairs_of_one_customer(n_records: int, n_same: int) -> None:
    true = math.log2(n_same / (n_records * (n_records - 1) / 2))
    assert estimated_prior(_evidence(n_same, n_same), n_records) == pytest.approx(true, abs=0.35)


@pytest.mark.parametrize("n_records", [0, 1, 2, 5, 200])
def test_a_small_base_stays_near_the_usual_prior_whatever_it_holds(n_records: int) -> None:
    n_pairs = n_records * (n_records - 1) // 2
    for n_same in (0, n_records // 2):
        found = estimated_prior([(40.0, min(n_same, n_pairs))], n_records)
        assert found == pytest.approx(USUAL_LOG2_ODDS, abs=0.6)


def test_more_records_of_the_same_customers_raise_the_prior_and_strangers_lower_it() -> None:
    few, many = (estimated_prior(_evidence(n, 0), 10_000) for n in (2_000, 20_000))
    assert many > few
    assert estimated_prior(_evidence(2_000, 0), 40_000) < few


def test_no_prior_is_above_the_highest() -> None:
    assert estimated_prior([(60.0, 10**9)], 50_000) == HIGHEST_LOG2_ODDS


def test_a_prior_in_force_stays_until_the_base_speaks_clearly_against_it() -> None:
    in_force = {PERSON: -12.0}
    assert settled_priors({PERSON: -12.0 + TOLERANCE}, in_force) == in_force
    assert settled_priors({PERSON: -10.4}, in_force) == {PERSON: -10.5}
    assert settled_priors({PERSON: -11.6, ORGANISATION: -9.4}, {}) == {PERSON: -11.5, ORGANISATION: -9.5}


def _many_of_one(n: int) -> list[dict[str, object]]:
    """Customers who stand ten times each, beyond doubt."""
    return [
        person("佐藤", f"健{number}", email=f"sato{number}@example.jp", birth_date_key=f"19{60 + number % 40}-02-03")
        for number in range(n)
        for _ in range(10)
    ]


def test_a_build_takes_the_prior_that_its_records_speak_for(con: duckdb.DuckDBPyConnection) -> None:
    matched(con, _many_of_one(100))
    update = build_pairs(con, shipped_model(), {})
    # 4,500 pairs among 1,000 records, beside the 200 of a usual base.
    expected = math.log2((4_500 + 200) / (499_500 + 200 * 2**13))
    assert (
        update.model.types[PERSON].prior_log2_odds
        == round(expected * 2) / 2
        > shipped_model().types[PERSON].prior_log2_odds
    )
    stored = con.execute("select distinct model_version from scored_pairs").fetchall()
    assert stored == [(update.model.id,)]
    assert not prior_has_moved(con, update.model)


def test_pairs_scored_with_another_prior_than_the_records_speak_for_are_noticed(con: duckdb.DuckDBPyConnection) -> None:
    matched(con, _many_of_one(100))
    wrong = with_priors(shipped_model(), {PERSON: -16.0})
    con.execute("delete from scored_pairs").fetchall()
    con.execute("create temp table everything as select record_key from standardised_records").fetchall()
    update_pairs(con, "everything", wrong)
    assert prior_has_moved(con, wrong)


def test_a_build_with_a_prior_in_force_keeps_it_and_ends_where_updates_do(con: duckdb.DuckDBPyConnection) -> None:
    records = [*_many_of_one(30), *random_records(seeded(3), 60)]
    matched(con, records[:300])
    first = build_pairs(con, shipped_model(), {})
    replace_standardised_records(con, records)
    late = [record["record_key"] for record in records[300:]]
    con.execute("create temp table late as select unnest(cast(? as integer[])) as record_key", [late]).fetchall()
    update_pairs(con, "late", first.model)
    incremental = state(con)
    in_force = {kind: one.prior_log2_odds for kind, one in first.model.types.items()}
    assert build_pairs(con, shipped_model(), in_force).model.id == first.model.id
    assert state(con) == incremental

"""Any two records of a real publication: the stored score is told again exactly, and every other pair is explained."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import duckdb
import pytest

from crm_pipelines.matching.blocking import blocking_texts
from crm_pipelines.matching.contact_shares import contact_names_sql
from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.explanation import RuleOutcome, why_not_compared
from crm_pipelines.matching.features import base_features, base_features_sql
from crm_pipelines.matching.key_hashing import hashed
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import World, published_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return published_world(tmp_path_factory)


@pytest.fixture(scope="module")
def con(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    with Publications(ProjectPaths(world.root)).connect_current() as connection:
        yield connection


@pytest.fixture(scope="module")
def evidence(world: World, con: duckdb.DuckDBPyConnection) -> PairEvidence:
    return PairEvidence.of(con, ModelStore(ProjectPaths(world.root).models))


def test_names_on_contact_points_are_those_that_a_count_over_all_records_gives(
    con: duckdb.DuckDBPyConnection, evidence: PairEvidence
) -> None:
    counted: dict[tuple[str, str], int] = {}
    for kind in CustomerType:
        con.execute(
            f"create or replace temp table every_record as select row_number() over () as record_key, r.customer_type, "
            f"{base_features_sql(kind)} from standardised_records as r where r.customer_type = '{kind.value}'"
        )
        rows = con.execute(
            f"select kind, contact_key, count(distinct name_hash) from ({contact_names_sql('temp.every_record')}) "
            "group by all order by all"
        ).fetchall()
        counted |= {(point, key): n_names for point, key, n_names in rows}
    records = evidence.records(record for (record,) in con.execute("select record_id from homes").fetchall())
    assert len(counted) > 200
    assert evidence.name_counts(list(records.values())) == counted


def test_keys_of_a_record_are_those_that_matching_made(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    made: dict[str, set[tuple[str, int]]] = {}
    for record, rule, key in con.execute("select record_id, rule, key from blocking_keys").fetchall():
        made.setdefault(record, set()).add((rule, key))
    assert len(made) > 100
    for name, record in evidence.records(made).items():
        kind = CustomerType(record["customer_type"])
        texts = blocking_texts(base_features(record, kind), kind)
        keys = con.execute(f"select {hashed('text')} from (select unnest($1) as text)", [list(texts)]).fetchall()
        told = {(rule.id, key) for rule, (key,) in zip(texts.values(), keys, strict=True)}
        assert told == made[name], name


def some_pairs(con: duckdb.DuckDBPyConnection, number: int) -> list[tuple[str, str]]:
    random = Random(3)  # which pairs are looked at
    found: list[tuple[str, str]] = []
    for kind in CustomerType:
        ids = con.execute(
            "select record_id from standardised_records where customer_type = ? order by record_id", [kind.value]
        ).fetchall()
        found += random.sample(list(combinations([record for (record,) in ids], 2)), number // 2)
    return found


def test_every_stored_score_is_told_again_exactly(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    pairs = con.execute("select record_id_l, record_id_r from scored_pairs order by all").fetchall()
    records = evidence.records(record for pair in pairs for record in pair)
    shares = evidence.shares(list(records.values()))
    assert len(pairs) > 200
    for left, right in pairs:
        stored = evidence.stored(right, left)
        assert stored is not None
        assert stored.agrees_with(score_pair(records[left], records[right], evidence.model, shares)), (left, right)


def test_shares_of_two_records_are_those_of_the_whole(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    pairs = con.execute(
        "select record_id_l, record_id_r from scored_pairs order by md5(record_id_l || record_id_r) limit 25"
    ).fetchall()
    for left, right in pairs:
        stored = evidence.stored(left, right)
        assert stored is not None
        assert stored.agrees_with(evidence.score(evidence.record(left), evidence.record(right)))


def test_every_pair_without_a_score_is_explained(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    unscored = [pair for pair in some_pairs(con, 60) if evidence.stored(*pair) is None]
    assert len(unscored) > 20
    for left, right in unscored:
        traces = evidence.traces(left, right)
        score = evidence.score(evidence.record(left), evidence.record(right))
        floor = evidence.model.types[score.customer_type].thresholds.floor
        is_below = why_not_compared(traces).code == "explain.below_floor"
        assert is_below == any(trace.outcome is RuleOutcome.SHARED for trace in traces)
        assert not is_below or score.match_weight < floor


def test_a_stored_pair_shares_a_key(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    for left, right in con.execute(
        "select record_id_l, record_id_r from scored_pairs order by all limit 20"
    ).fetchall():
        assert evidence.traces(left, right)[0].outcome is RuleOutcome.SHARED


def test_the_best_pair_of_two_customers_is_the_heaviest_stored_one(
    con: duckdb.DuckDBPyConnection, evidence: PairEvidence
) -> None:
    lefts = ["erp:00000002"]
    rights = [record for (record,) in con.execute("select record_id from standardised_records order by 1").fetchall()]
    found = evidence.best_pair(lefts, [record for record in rights if record not in lefts])
    heaviest = con.execute(
        """select if(record_id_l = 'erp:00000002', record_id_r, record_id_l) from scored_pairs
           where 'erp:00000002' in (record_id_l, record_id_r)
           order by match_weight desc, record_id_l, record_id_r limit 1"""
    ).fetchall()[0][0]
    assert found == ("erp:00000002", heaviest)


def test_without_a_stored_pair_all_are_scored(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    left, right = next(pair for pair in some_pairs(con, 40) if evidence.stored(*pair) is None)
    assert evidence.best_pair([left], [right]) == (left, right)


def test_a_person_and_an_organisation_have_no_best_pair(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    person, organisation = (
        con.execute(
            "select record_id from standardised_records where customer_type = ? order by record_id limit 1",
            [kind.value],
        ).fetchall()[0][0]
        for kind in (CustomerType.PERSON, CustomerType.ORGANISATION)
    )
    assert evidence.best_pair([person], [organisation]) is None


def test_only_pairs_that_join_on_their_own_are_joining(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    everybody = [record for (record,) in con.execute("select record_id from standardised_records").fetchall()]
    bands = {
        tuple(pair): band
        for *pair, band in con.execute("select record_id_l, record_id_r, band from scored_pairs").fetchall()
    }
    joining = {(edge.left, edge.right) for edge in evidence.joining_edges(everybody)}
    assert joining == {pair for pair, band in bands.items() if band == "AUTO_MATCH"}
    assert len(joining) < len(bands)


def test_without_a_stored_pair_the_shipped_model_explains(tmp_path: Path) -> None:
    with duckdb.connect() as empty:
        empty.execute("create table scored_pairs (model_version varchar)")
        assert PairEvidence.of(empty, ModelStore(tmp_path)).model_version == shipped_model().id


def test_a_model_that_is_gone_is_said(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("create table scored_pairs as select 'gone' as model_version")
        with pytest.raises(StoreError, match="store.no_model"):
            PairEvidence.of(con, ModelStore(tmp_path))

"""What stands around two records of a real publication: the clusters are told again as they were published."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import duckdb
import pytest

from crm_pipelines.clustering.growth import widest_path
from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.explanation_waterfall import waterfall
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.pair_surroundings import Surroundings, near_rules
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


@pytest.fixture(scope="module")
def around(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> Surroundings:
    limits = {kind: Limits(one.thresholds.review) for kind, one in evidence.model.types.items()}
    return Surroundings(con, Verdicts(), limits)


def customers(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    return con.execute(
        """select any_value(customer_type), list(record_id order by record_id)
           from crosswalk join standardised_records using (record_id)
           where valid_to is null group by golden_id order by golden_id"""
    ).fetchall()


def test_the_waterfall_of_every_stored_pair_ends_in_its_stored_weight(
    con: duckdb.DuckDBPyConnection, evidence: PairEvidence
) -> None:
    pairs = con.execute("select record_id_l, record_id_r, match_weight from scored_pairs order by all").fetchall()
    records = evidence.records(record for *pair, _ in pairs for record in pair)
    shares = evidence.shares(list(records.values()))
    assert len(pairs) > 200
    for left, right, weight in pairs:
        fall = waterfall(score_pair(records[left], records[right], evidence.model, shares), evidence.model)
        assert abs(fall.steps[-1].running_total - weight) < 1e-9, (left, right)
        assert abs(sum(step.weight for step in fall.steps) - weight) < 1e-9, (left, right)


def test_every_customer_grows_again_as_it_was_published(con: duckdb.DuckDBPyConnection, around: Surroundings) -> None:
    several = [(kind, members) for kind, members in customers(con) if len(members) > 1]
    assert len(several) > 30
    for kind, members in several:
        growth = around.growth(members[:1], CustomerType(kind))
        assert growth.cluster_of(members[0]) == tuple(members)
        assert len(growth.joins(members[0])) == len(members) - 1


def test_the_strongest_neighbours_come_first(con: duckdb.DuckDBPyConnection, around: Surroundings) -> None:
    record = con.execute(
        "select record_id_r from scored_pairs group by 1 order by count(*) desc, 1 limit 1"
    ).fetchall()[0][0]
    found = around.neighbours(record, most=1000)
    weights = [one.match_weight for one in found]
    assert len(found) > 2
    assert weights == sorted(weights, reverse=True)
    assert record not in {one.record_id for one in found}
    assert around.neighbours(record, most=2) == found[:2]


def test_two_records_that_share_a_neighbour_hang_together_through_it(
    con: duckdb.DuckDBPyConnection, around: Surroundings
) -> None:
    left, between, right = con.execute(
        """select a.record_id_l, a.record_id_r, b.record_id_r from scored_pairs a
           join scored_pairs b on b.record_id_l = a.record_id_r
           where a.band = 'AUTO_MATCH' and b.band = 'AUTO_MATCH' order by all limit 1"""
    ).fetchall()[0]
    edges = [one for one in around.edges_between(left, right) if {one.left, one.right} != {left, right}]
    path = widest_path(left, right, edges)
    assert path
    for one, other in pairwise(path):
        assert {one.left, one.right} & {other.left, other.right}
    assert min(edge.weight for edge in path) >= min(
        edge.weight for edge in edges if between in (edge.left, edge.right) and {left, right} & {edge.left, edge.right}
    )


def test_any_two_records_of_a_type_get_every_rule_with_its_parts(
    con: duckdb.DuckDBPyConnection, evidence: PairEvidence
) -> None:
    chance = Random(4)  # which pairs are looked at
    for kind in CustomerType:
        ids = con.execute(
            "select record_id from standardised_records where customer_type = ? order by 1", [kind.value]
        ).fetchall()
        for _ in range(8):
            (left,), (right,) = chance.sample(ids, 2)
            rules = near_rules(con, evidence, left, right, kind)
            assert {rule.trace.rule for rule in rules} == {trace.rule for trace in evidence.traces(left, right)}
            assert all(rule.parts for rule in rules)


def test_names_are_counted_on_what_both_have_alone(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> None:
    left, right = con.execute(
        """select record_id_l, record_id_r from scored_pairs join standardised_records l on l.record_id = record_id_l
           join standardised_records r on r.record_id = record_id_r
           where list_has_any(l.email_keys, r.email_keys) and not list_has_any(l.phone_keys, r.phone_keys)
               and l.customer_type = 'person' order by all limit 1"""
    ).fetchall()[0]
    counted = evidence.names_shared(evidence.record(left), evidence.record(right))
    assert "phone" not in counted
    assert counted["email"] >= 1

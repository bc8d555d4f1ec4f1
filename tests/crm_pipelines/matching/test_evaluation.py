from itertools import combinations

import polars as pl
import pytest

from crm_pipelines.matching.evaluation import evaluate
from tests.crm_pipelines.matching.worlds import seeded


def _world(seed: int, n_records: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    random = seeded(seed)
    ids = [f"r{number}" for number in range(n_records)]
    entities = [random.randrange(n_records // 2) for _ in ids]
    clusters = [entity if random.random() < 0.8 else random.randrange(n_records) for entity in entities]
    truth = pl.DataFrame(
        {
            "record_id": ids,
            "entity_id": [f"e{entity}" for entity in entities],
            "customer_type": ["person" if entity % 3 else "organisation" for entity in entities],
        }
    )
    return pl.DataFrame({"record_id": ids, "cluster": clusters}), truth


def _row(found: pl.DataFrame, customer_type: str, measure: str) -> dict[str, object]:
    return found.filter(customer_type=customer_type, measure=measure).row(0, named=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counting_by_contingency_is_counting_by_brute_force(seed: int) -> None:
    predicted, truth = _world(seed, 60)
    found = evaluate(predicted, truth)
    cluster = dict(predicted.iter_rows())
    entity = {record: name for record, name, _ in truth.iter_rows()}
    records = sorted(cluster)
    together = {pair for pair in combinations(records, 2) if cluster[pair[0]] == cluster[pair[1]]}
    true = {pair for pair in combinations(records, 2) if entity[pair[0]] == entity[pair[1]]}
    row = _row(found, "all", "pairwise")
    assert row["precision"] == pytest.approx(len(together & true) / len(together))
    assert row["recall"] == pytest.approx(len(together & true) / len(true))
    assert row["n"] == len(together)

    def members(of: dict[str, object], record: str) -> set[str]:
        return {other for other in records if of[other] == of[record]}

    shares = [members(cluster, record) & members(entity, record) for record in records]
    row = _row(found, "all", "b_cubed")
    assert row["precision"] == pytest.approx(
        sum(len(both) / len(members(cluster, record)) for record, both in zip(records, shares, strict=True)) / 60
    )
    assert row["recall"] == pytest.approx(
        sum(len(both) / len(members(entity, record)) for record, both in zip(records, shares, strict=True)) / 60
    )
    clusters = {frozenset(members(cluster, record)) for record in records}
    entities = {frozenset(members(entity, record)) for record in records}
    row = _row(found, "all", "exact_cluster")
    assert row["precision"] == pytest.approx(len(clusters & entities) / len(clusters))
    assert row["recall"] == pytest.approx(len(clusters & entities) / len(entities))


def test_every_value_lies_in_its_interval_and_a_rerun_gives_the_same() -> None:
    found = evaluate(*_world(4, 300))
    assert found.equals(evaluate(*_world(4, 300)))
    for row in found.iter_rows(named=True):
        for name in ("precision", "recall", "f1"):
            assert 0 <= row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] <= 1
    assert found["customer_type"].unique(maintain_order=True).to_list() == ["all", "person", "organisation"]


def test_a_perfect_partition_scores_one() -> None:
    _, truth = _world(5, 40)
    found = evaluate(truth.select("record_id", cluster="entity_id"), truth)
    assert found.select(pl.col("precision", "recall", "f1").min()).row(0) == (1.0, 1.0, 1.0)


def test_a_record_that_was_not_clustered_stands_alone() -> None:
    _, truth = _world(6, 40)
    nothing = pl.DataFrame(schema={"record_id": pl.String, "cluster": pl.Int64})
    row = _row(evaluate(nothing, truth), "all", "pairwise")
    assert (row["precision"], row["recall"], row["n"]) == (None, 0.0, 0)


def test_the_order_of_rows_makes_no_difference() -> None:
    predicted, truth = _world(7, 80)
    assert evaluate(predicted.reverse(), truth.sample(fraction=1, shuffle=True, seed=1)).equals(
        evaluate(predicted, truth)
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_part_is_counted_inside_the_whole(seed: int) -> None:
    predicted, truth = _world(seed, 60)
    part = {f"r{number}" for number in range(0, 60, 3)}
    found = evaluate(predicted, truth.with_columns(is_counted=pl.col("record_id").is_in(sorted(part))))
    cluster = dict(predicted.iter_rows())
    entity = {record: name for record, name, _ in truth.iter_rows()}
    pairs = [pair for pair in combinations(sorted(cluster), 2) if part & set(pair)]
    together = {pair for pair in pairs if cluster[pair[0]] == cluster[pair[1]]}
    true = {pair for pair in pairs if entity[pair[0]] == entity[pair[1]]}
    row = _row(found, "all", "pairwise")
    assert row["precision"] == pytest.approx(len(together & true) / len(together))
    assert row["recall"] == pytest.approx(len(together & true) / len(true))

    def members(of: dict[str, object], record: str) -> frozenset[str]:
        return frozenset(other for other in cluster if of[other] == of[record])

    both = {record: members(cluster, record) & members(entity, record) for record in part}
    row = _row(found, "all", "b_cubed")
    assert row["n"] == len(part)
    assert row["precision"] == pytest.approx(
        sum(len(both[record]) / len(members(cluster, record)) for record in part) / len(part)
    )
    clusters = {members(cluster, record) for record in part}
    entities = {members(entity, record) for record in part}
    row = _row(found, "all", "exact_cluster")
    assert row["precision"] == pytest.approx(len(clusters & entities) / len(clusters))
    assert row["recall"] == pytest.approx(len(clusters & entities) / len(entities))


def test_a_part_merged_with_an_outsider_loses_precision() -> None:
    truth = pl.DataFrame(
        {
            "record_id": ["a", "b", "c"],
            "entity_id": ["1", "1", "2"],
            "customer_type": ["person"] * 3,
            "is_counted": [True, True, False],
        }
    )
    found = evaluate(pl.DataFrame({"record_id": ["a", "b", "c"], "cluster": ["x", "x", "x"]}), truth)
    row = _row(found, "all", "pairwise")
    assert (row["precision"], row["recall"]) == (pytest.approx(1 / 3), 1.0)

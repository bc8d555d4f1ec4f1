from itertools import combinations

import polars as pl
import pytest

from crm_pipelines.matching.evaluation_pairs import evaluate_pairs
from tests.crm_pipelines.matching.worlds import seeded


def _world(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    random = seeded(seed)
    ids = [f"r{number}" for number in range(80)]
    entities = [random.randrange(30) for _ in ids]
    truth = pl.DataFrame(
        {
            "record_id": ids,
            "entity_id": [f"e{entity}" for entity in entities],
            "source": [random.choice(["erp", "mail", "web", None]) for _ in ids],
        }
    )
    clusters = [entity if random.random() < 0.8 else random.randrange(30) for entity in entities]
    return pl.DataFrame({"record_id": ids, "cluster": clusters}), truth


@pytest.mark.parametrize("seed", [1, 2])
def test_counting_is_counting_by_brute_force(seed: int) -> None:
    predicted, truth = _world(seed)
    cluster = dict(predicted.iter_rows())
    rows = {record: (entity, source) for record, entity, source in truth.iter_rows()}
    expected: dict[tuple[str, str], list[int]] = {}
    for one, other in combinations(sorted(cluster), 2):
        (entity, source), (other_entity, other_source) = rows[one], rows[other]
        if source is None or other_source is None:
            continue
        together, same = cluster[one] == cluster[other], entity == other_entity
        counts = expected.setdefault((min(source, other_source), max(source, other_source)), [0, 0, 0])
        for place, holds in enumerate((together and same, together, same)):
            counts[place] += holds
    found = evaluate_pairs(predicted, truth, "source")
    assert found.select("left", "right").rows() == sorted(pair for pair, counts in expected.items() if any(counts))
    for row in found.iter_rows(named=True):
        common, together, same = expected[row["left"], row["right"]]
        assert row["precision"] == pytest.approx(common / together)
        assert row["recall"] == pytest.approx(common / same)
        assert (row["n"], row["n_true"]) == (together, same)
        assert row["precision_low"] <= row["precision"] <= row["precision_high"]


def test_pairs_that_nobody_merged_have_a_recall_of_nought_and_no_precision() -> None:
    truth = pl.DataFrame({"record_id": ["a", "b"], "entity_id": ["1", "1"], "source": ["erp", "mail"]})
    predicted = pl.DataFrame({"record_id": ["a", "b"], "cluster": ["x", "y"]})
    [row] = evaluate_pairs(predicted, truth, "source").iter_rows(named=True)
    assert (row["left"], row["right"], row["precision"], row["recall"]) == ("erp", "mail", None, 0.0)

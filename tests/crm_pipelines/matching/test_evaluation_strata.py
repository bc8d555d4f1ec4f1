import polars as pl

from crm_pipelines.matching.evaluation_strata import PAIR_COLUMNS, drawn_sample
from tests.crm_pipelines.matching.worlds import seeded


def _pairs(n_pairs: int = 2_000) -> pl.DataFrame:
    random = seeded(5)
    rows = []
    for number in range(n_pairs):
        weight = None if number % 40 == 0 else random.uniform(-8, 30)
        probability = None if weight is None else 1 / (1 + 2**-weight)
        is_together = weight is None or weight > 7
        rows.append(
            (f"a:{number}", f"b:{number}", "person" if number % 3 else "organisation", weight, probability, is_together)
        )
    kinds = (pl.String, pl.String, pl.String, pl.Float64, pl.Float64, pl.Boolean)
    return pl.DataFrame(rows, schema=dict(zip(PAIR_COLUMNS, kinds, strict=True)), orient="row")


def test_a_sample_holds_every_stratum_and_is_about_as_large_as_asked() -> None:
    drawn, strata = drawn_sample(_pairs(), 200, 1)
    assert 180 <= drawn.height <= 300
    assert sum(stratum.n_pairs for stratum in strata) == 2_000
    counts = dict(drawn.group_by("stratum").len().iter_rows())
    assert counts == {number: stratum.n_drawn for number, stratum in enumerate(strata)}
    assert min(counts.values()) >= 4
    for row in drawn.iter_rows(named=True):
        stratum = strata[row["stratum"]]
        assert (row["customer_type"], row["is_together"]) == (stratum.customer_type, stratum.is_together)
        assert stratum.is_scored == (row["match_weight"] is not None)
        assert stratum.from_weight is None or row["match_weight"] >= stratum.from_weight


def test_the_same_seed_draws_the_same_pairs_in_whatever_order_they_come() -> None:
    pairs = _pairs()
    first, _ = drawn_sample(pairs, 100, 7)
    again, _ = drawn_sample(pairs.reverse(), 100, 7)
    other, _ = drawn_sample(pairs, 100, 8)
    assert first.equals(again)
    assert set(first["record_id_l"]) != set(other["record_id_l"])


def test_a_small_publication_gives_all_it_has() -> None:
    drawn, _ = drawn_sample(_pairs(10), 200, 1)
    assert drawn.height == 10


def test_the_order_of_the_sample_tells_nothing_of_the_weight() -> None:
    drawn, _ = drawn_sample(_pairs(), 200, 1)
    together = drawn["is_together"].to_list()
    half = len(together) // 2
    assert abs(sum(together[:half]) - sum(together[-half:])) < 0.2 * half

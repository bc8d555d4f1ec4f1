"""Who is blanked, and what the fates come to."""

import polars as pl
import pytest

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.defect_sampling import Question, Stratum, estimated, questions

PERSON = CustomerType.PERSON
FIELDS = ("name", "birth_date", "email", "phone", "address", "postal_code")


def frame(n_with: int, n_without: int, *, joined_every: int = 2) -> pl.DataFrame:
    """Records of one source with all fields but the email, which some lack."""
    rows = []
    for number in range(n_with + n_without):
        has = number < n_with
        row = {"record_id": f"erp:{number:04d}", "source_system": "erp", "is_joined": number % joined_every == 0}
        for field in FIELDS:
            row |= {field: has if field == "email" else True, f"{field}_defective": field == "email" and not has}
        rows.append(row)
    return pl.DataFrame(rows)


def asked(records: pl.DataFrame, size: int) -> Question:
    (found,) = questions({PERSON: records}, frozenset({("erp", "email")}), size)
    return found


def test_the_drawn_have_the_field_are_joined_and_are_the_same_every_time() -> None:
    first, again = asked(frame(200, 50), 40), asked(frame(200, 50).sample(fraction=1, shuffle=True, seed=1), 40)
    assert first.strata[0].drawn == again.strata[0].drawn
    assert len(first.strata[0].drawn) == 40
    assert {int(record[-4:]) % 2 for record in first.strata[0].drawn} == {0}
    assert all(int(record[-4:]) < 200 for record in first.strata[0].drawn)


def test_only_what_is_expected_is_asked() -> None:
    assert list(questions({PERSON: frame(10, 5)}, frozenset({("erp", "fax")}), 10)) == []


def test_patterns_weigh_as_the_defective_records_have_them() -> None:
    """Of the defective nearly all lack the phone too: so do those that are blanked."""
    both = frame(100, 10)
    no_phone = frame(100, 90).with_columns(phone=pl.lit(False), record_id=pl.col("record_id") + "x")
    strata = asked(pl.concat([both, no_phone]), 50).strata
    by_defects = {one.n_defective: len(one.drawn) for one in strata}
    assert by_defects[90] == 45
    assert by_defects[10] == 10  # never so few that they say nothing


def test_the_count_follows_from_shares_and_defective_records() -> None:
    question = Question("erp", PERSON, "email", 300, 100, (Stratum(100, 200, 100, ()),))
    found = estimated(question, [(50, 10)])
    assert found.lost_share is not None
    assert found.n_unmatched is not None
    assert found.lost_share[0] == pytest.approx(0.2)
    assert found.n_unmatched[0] == pytest.approx(100 * 0.5 * 0.2)
    low, high = found.n_unmatched[1:]
    assert low is not None
    assert high is not None
    assert 0 <= low < 10 < high <= 100


def test_nobody_blanked_tells_nothing_and_no_defect_costs_nothing() -> None:
    question = Question("erp", PERSON, "email", 300, 100, (Stratum(100, 200, 0, ()),))
    assert estimated(question, [(0, 0)]).n_unmatched is None
    flawless = Question("erp", PERSON, "email", 200, 0, (Stratum(0, 200, 100, ()),))
    assert estimated(flawless, [(50, 10)]).n_unmatched == (0.0, 0.0, 0.0)


def test_more_blanked_records_make_the_count_surer() -> None:
    question = Question("erp", PERSON, "email", 30_000, 10_000, (Stratum(10_000, 20_000, 10_000, ()),))
    few, many = (estimated(question, [(n, n // 5)]).n_unmatched for n in (20, 2_000))
    assert few is not None
    assert many is not None
    assert few[2] - few[1] > 3 * (many[2] - many[1])  # type: ignore[operator] # none is None

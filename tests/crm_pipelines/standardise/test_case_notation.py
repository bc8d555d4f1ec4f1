from pathlib import Path

import pytest
import yaml

from crm_pipelines.standardise.case_notation import NOTATIONS, in_case_notation

CASES = Path(__file__).parents[2] / "cases"


def rows() -> list[tuple[str, str, str, str]]:
    return [
        (field, row["input"], row["expected"], row["why"])
        for field in NOTATIONS
        for row in yaml.safe_load((CASES / f"{field}.yaml").read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("field", "raw", "expected", "why"), rows())
def test_case_table_states_the_standard_value(field: str, raw: str, expected: str, why: str) -> None:
    assert in_case_notation(field, raw) == expected, why


def test_unknown_field_is_refused() -> None:
    with pytest.raises(KeyError):
        in_case_notation("shoe_size", "27")

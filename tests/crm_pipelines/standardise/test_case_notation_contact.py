from pathlib import Path

import pytest
import yaml

from crm_pipelines.standardise.case_notation_contact import CONTACT_FIELDS, in_case_notation

CASES = Path(__file__).parents[2] / "cases"


def rows() -> list[object]:
    return [
        pytest.param(field, case["input"], case["expected"], id=f"{field}-{case['input']}")
        for field in CONTACT_FIELDS
        for case in yaml.safe_load((CASES / f"{field}.yaml").read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("field", "raw", "expected"), rows())
def test_case_tables_hold(field: str, raw: str, expected: str) -> None:
    assert in_case_notation(field, raw) == expected


def test_unknown_field_is_refused() -> None:
    with pytest.raises(KeyError):
        in_case_notation("shoe_size", "27")

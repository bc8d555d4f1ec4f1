"""Headings and values, weighed against each other."""

import pytest

from crm_pipelines.inspection.header_words import header_vote
from crm_pipelines.inspection.meanings import Meaning, meaning_of
from crm_pipelines.inspection.value_tests import value_votes
from crm_pipelines.standardise.identifiers import is_individual_number

_EMAILS = [f"taro{number}@aoki.co.jp" for number in range(20)]
_PHONES = [f"03-3210-{4502 + number}" for number in range(20)]
_DATES = [f"{1950 + number}/03/04" for number in range(20)]
_CODES = [f"K-{number:04d}-Z" for number in range(20)]


def meaning(heading: str, values: list[str], *, is_unique: bool = False) -> Meaning:
    return meaning_of(header_vote(heading), value_votes(values, "JP"), len(values), is_unique=is_unique)


@pytest.mark.parametrize(
    ("heading", "values", "name", "level", "reason"),
    [
        ("メールアドレス", _EMAILS, "email", "high", "both"),
        ("連絡用", _EMAILS, "email", "high", "values"),
        ("生年月日", _DATES, "birth_date", "high", "both"),
        ("欄5", _DATES, "birth_date", "medium", "values"),
        ("登録日", _DATES, "created_at", "high", "both"),
        ("備考", _CODES, "free_text", "high", "heading"),
        ("メールアドレス", [], "email", "medium", "heading"),
        ("欄5", _CODES, None, "low", "nothing"),
        ("欄5", [], None, "low", "no_values"),
        ("メールアドレス", _CODES, None, "low", "contradicted"),
        ("メールアドレス", _PHONES, "phone", "high", "values_against_heading"),
        ("FAX", _PHONES, "fax", "high", "both"),
        ("氏名", ["ABC商店 店長", "窓口 (2)", "-", "受付係"] * 3, "name", "medium", "heading_weak"),
    ],
)
def test_meaning(heading: str, values: list[str], name: str | None, level: str, reason: str) -> None:
    found = meaning(heading, values)
    assert (found.name, found.level, found.reason.code) == (name, level, f"inspect.reason.{reason}")


def test_a_key_is_surer_when_it_is_unique() -> None:
    unique, repeated = meaning("顧客コード", _CODES, is_unique=True), meaning("顧客コード", _CODES)
    assert (unique.level, unique.reason.code) == ("high", "inspect.reason.unique_key")
    assert unique.confidence > repeated.confidence


def test_individual_numbers_are_known_whatever_they_are_called() -> None:
    numbers = [str(number) for number in range(123456789000, 123456789100) if is_individual_number(str(number))]
    found = meaning("管理用", numbers)
    assert (found.name, found.is_field) == ("individual_number", False)


def test_dates_without_an_order_do_not_read() -> None:
    found = meaning("生年月日", [f"{number:02d}/04/1985" for number in range(1, 11)])
    assert (found.name, found.share) == ("birth_date", 0)


def test_confidence_never_reaches_certainty() -> None:
    assert meaning("メールアドレス", _EMAILS).confidence < 1

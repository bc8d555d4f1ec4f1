# ruff: noqa: E501 - tables of expectations
"""Mappings out of meanings."""

from dataclasses import replace

import pytest

from crm_pipelines.inspection.header_words import header_vote
from crm_pipelines.inspection.meanings import meaning_of
from crm_pipelines.inspection.proposal import key_candidates, propose, source_name
from crm_pipelines.inspection.report import Column, Counted
from crm_pipelines.inspection.value_tests import value_votes
from crm_pipelines.model.file_shape import FileShape

_SHAPE = FileShape("customers.csv", 1, "csv", "csv", "utf-8", delimiter=",")


def column(name: str, values: list[str], *, repeats: bool = False) -> Column:
    """A column of a file of 10 rows."""
    votes = value_votes(values, "JP")
    n_filled = 10 if values else 0
    meaning = meaning_of(header_vote(name), votes, len(set(values)), is_unique=bool(values) and not repeats)
    frequent = tuple(Counted(value, 2) for value in values[:5])
    return Column(
        name, 10, n_filled, 5 if repeats else n_filled, 5 if repeats else 0, True, 1, 5, 9, frequent, (), n_filled, (), 1, (), (), 0, 0,
        {}, votes, meaning,
    )  # fmt: skip


_EMAILS = [f"taro{number}@aoki.co.jp" for number in range(10)]
_NAMES = ["山田太郎", "鈴木花子", "田中 直樹", "伊藤さくら", "佐藤美咲"]
_COMPANIES = ["株式会社青木製作所", "東西商事(株)", "有限会社みなと物産", "さくら印刷株式会社", "合同会社北星"]
_CODES = [f"K-{number:04d}" for number in range(10)]


def fields(*columns: Column) -> object:
    mapping = propose(_SHAPE, columns, key_candidates(columns), 1).mapping
    return None if mapping is None else mapping["fields"]


def test_several_mails_are_kept_and_of_several_names_the_surest() -> None:
    found = fields(
        column("名前", _NAMES), column("担当", _NAMES), column("メール1", _EMAILS), column("メール2", _EMAILS)
    )
    assert found == {"name": "名前", "email": ["メール1", "メール2"]}


def test_parts_of_a_name_replace_the_whole() -> None:
    parts = (column("姓", ["山田"] * 5), column("名", ["太郎"] * 5))
    assert fields(column("氏名", _NAMES), *parts) == {"family_name": "姓", "given_name": "名"}


def test_address_has_the_order_of_its_country() -> None:
    parts = column("番地", ["1-2-3"]), column("市区町村", ["千代田区"]), column("都道府県", ["東京都"])
    assert fields(*parts) == {"address": ["都道府県", "市区町村", "番地"]}


def test_of_two_whole_addresses_the_first_counts() -> None:
    first, second = (
        column(name, ["東京都千代田区千代田1-1", "大阪府大阪市北区梅田3-1-3"]) for name in ("住所", "自宅住所")
    )
    assert fields(first, second) == {"address": "住所"}


@pytest.mark.parametrize(
    ("columns", "record_type"),
    [
        ((column("氏名", _NAMES),), "person"),
        ((column("会社名", _COMPANIES),), "organisation"),
        ((column("氏名", _NAMES), column("会社名", _COMPANIES)), "auto"),
        ((column("氏名", [*_NAMES, *_COMPANIES]),), "auto"),
        ((column("メール", _EMAILS),), "auto"),
    ],
)
def test_record_type(columns: tuple[Column, ...], record_type: str) -> None:
    mapping = propose(_SHAPE, columns, (), 1).mapping
    assert mapping is not None
    assert mapping["record_type"] == record_type


def test_codes_of_gender_are_translated() -> None:
    assert fields(column("性別", ["1", "2"])) == {"gender": {"from": "性別", "values": {"1": "male", "2": "female"}}}


def test_nothing_known_proposes_nothing() -> None:
    assert fields(column("欄1", _CODES)) is None


def test_what_is_left_out_says_why() -> None:
    columns = (
        column("顧客コード", _CODES),
        column("備考", []),
        column("営業担当", _NAMES),
        column("欄1", _CODES),
        column("メール", _EMAILS),
    )
    left_out = dict(propose(_SHAPE, columns, ("顧客コード",), 1).left_out)
    assert left_out == {
        "備考": "inspect.left_out.empty",
        "営業担当": "inspect.left_out.staff",
        "欄1": "inspect.left_out.unknown",
    }


def test_codes_come_before_mails_as_keys() -> None:
    columns = column("メール", _EMAILS), column("欄1", _CODES), column("顧客コード", _CODES)
    assert key_candidates(columns) == ("顧客コード", "欄1", "メール")


def test_a_column_called_key_comes_before_a_unique_mail_even_if_it_repeats() -> None:
    columns = column("メール", _EMAILS), column("顧客コード", _CODES, repeats=True)
    assert propose(_SHAPE, columns, key_candidates(columns), 1).key == ("顧客コード",)


def test_a_mail_as_key_is_personal() -> None:
    columns = (column("メール", _EMAILS),)
    assert propose(_SHAPE, columns, key_candidates(columns), 1).entry["key_is_personal"] == "true"


@pytest.mark.parametrize(
    ("shape", "header_line", "more"),
    [
        (_SHAPE, 1, {}),
        (_SHAPE, 3, {"header_row": "3"}),
        (replace(_SHAPE, encoding="cp932"), 1, {"encoding": "cp932"}),
        (replace(_SHAPE, encoding="utf-16-le", has_mark=True), 1, {}),
        (replace(_SHAPE, delimiter="^"), 1, {"delimiter": "^"}),
        (replace(_SHAPE, suffix_format="xlsx"), 1, {"format": "csv"}),
        (replace(_SHAPE, suffix_format=None), 1, {"format": "csv"}),
        (FileShape("a.xlsx", 1, "xlsx", "xlsx", sheet="顧客", n_sheets=2), 1, {"sheet": "顧客"}),
    ],
)
def test_entry_says_what_the_connector_does_not_find_itself(
    shape: FileShape, header_line: int, more: dict[str, str]
) -> None:
    entry = dict(propose(shape, (column("顧客コード", _CODES),), ("顧客コード",), header_line).entry)
    assert {name: entry[name] for name in entry.keys() - {"connector", "path", "key"}} == more


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Customers 2026-11.csv", "customers"),
        ("顧客台帳.csv", "customers"),
        ("CRM_Export.v2.xlsx", "crm_export_v2"),
        ("1.csv", "customers"),
    ],
)
def test_name_of_the_source(file: str, name: str) -> None:
    assert source_name(file) == name

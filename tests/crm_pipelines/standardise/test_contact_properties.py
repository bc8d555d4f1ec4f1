"""Properties that every contact field keeps, over made-up and over arbitrary text."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.amounts import standardise_amount
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.emails import standardise_email, standardise_emails
from crm_pipelines.standardise.identifiers import standardise_corporate_number, standardise_identifier
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.websites import standardise_website

Standardiser = Callable[[str], StandardValue]

STANDARDISERS: dict[str, Standardiser] = {
    "address": standardise_address,
    "amount": standardise_amount,
    "date": standardise_date,
    "email": standardise_email,
    "identifier": standardise_corporate_number,
    "registered": standardise_identifier,
    "phone": lambda raw: standardise_phones(raw)[0],
    "postal_code": standardise_postal_code,
    "website": standardise_website,
}
PIECES = {
    "address": "東京都 神奈川県 港区 横浜市中区 京都市中京区 霞ヶ関 大字 字 寺町通御池上る 本町 一 十 1 23"
    " 丁目 番地 番 号 - ー の ノ"
    " 501号室 ビル マンション 3F 地下1階 B 様方 〒100-0013 甲 イ 第2 線 地割 番町 ( ) , ・",
    "amount": "¥ 1 234 , . 円 万 億 △ - ( ) $ 千 税込 K",
    "date": "昭和 S 令和 H 元 1 12 2024 31 年 月 日 - / . 生 (火) 〇 十 : T 45292",
    "email": "taro info . .. @ ＠ gmail.com docomo.ne.jp example.com aoba.co.jp <  > メール： + ; 日本.jp -",
    "identifier": "T 法人番号 : 7000012050002 12 3 - . ( ) E+12",
    "registered": "T 7000012050002 DE136695976 GB CHE-107.787.577 SIREN EIN LEI : 5493001KJTIIGC8Y1R12"
    " 552008443 12 - . /",
    "phone": "03 090 0120 +81 81 - ( ) 1234 5678 内線 12 TEL FAX / 、 代表 X * ~ 3 0081 #",
    "postal_code": "〒 100 0013 0 1 - ー 000 T 郵便番号 SW1A 1AA ,",
    "website": "http:// https:// www. aoba .co.jp / path ? # : 8080 @ 日本 .com URL：",
}


def texts(field: str) -> st.SearchStrategy[str]:
    made_up = st.lists(st.sampled_from([*PIECES[field].split(" "), " ", "　"]), max_size=14).map("".join)
    return st.one_of(made_up, st.text(max_size=40))


def kept(function: Callable[[str], None], field: str) -> None:
    """Run a property over the texts of a field."""
    settings(derandomize=True, database=None, max_examples=300, deadline=None)(given(texts(field))(function))()


@pytest.mark.parametrize("field", STANDARDISERS)
def test_standardising_twice_changes_nothing(field: str) -> None:
    def holds(raw: str) -> None:
        once = STANDARDISERS[field](raw)
        if once.std is not None:
            again = STANDARDISERS[field](once.std)
            assert (again.std, again.keys) == (once.std, once.keys)

    kept(holds, field)


@pytest.mark.parametrize("field", STANDARDISERS)
def test_a_value_never_vanishes_without_a_status_and_a_rule(field: str) -> None:
    def holds(raw: str) -> None:
        value = STANDARDISERS[field](raw)
        if raw and value.std is None:
            assert value.status is not ValueStatus.OK
            assert not value.keys
            assert value.rules or field in ("address", "postal_code")
        if value.status in (ValueStatus.EMPTY, ValueStatus.INVALID, ValueStatus.PLACEHOLDER):
            assert not value.keys

    kept(holds, field)


@pytest.mark.parametrize("field", sorted(STANDARDISERS.keys() - {"address", "postal_code"}))
def test_a_std_that_differs_from_the_raw_value_names_a_rule(field: str) -> None:
    def holds(raw: str) -> None:
        value = STANDARDISERS[field](raw)
        if value.std is not None and value.std != raw:
            assert value.rules

    kept(holds, field)


@pytest.mark.parametrize("field", sorted(STANDARDISERS.keys() - {"address", "postal_code"}))
def test_any_text_has_the_keys_of_its_width_dash_and_case_variants(field: str) -> None:
    def holds(raw: str) -> None:
        keys = STANDARDISERS[field](raw).keys
        variants = [raw.translate(WIDE), raw.replace("-", "−"), raw.replace("-", "‐"), f"　{raw} "]
        for variant in [*variants, raw.swapcase() if raw.isascii() else raw]:
            assert STANDARDISERS[field](variant).keys == keys, variant

    kept(holds, field)


WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("address", "東京都港区六本木6-10-1-3201"),
        ("address", "大分県大分市大手町3-1-1 8F"),
        ("date", "1985-04-04"),
        ("date", "S60.4.4"),
        ("email", "Taro.Yamada+news@Gmail.com"),
        ("identifier", "T1180301018771"),
        ("phone", "03-5253-1111"),
        ("phone", "+81-90-2222-3333"),
        ("postal_code", "100-0013"),
    ],
)
def test_width_and_dash_variants_share_a_key(field: str, raw: str) -> None:
    key = STANDARDISERS[field](raw).keys
    assert key
    for variant in (raw.translate(WIDE), raw.replace("-", "−"), raw.replace("-", "‐"), f"　{raw} "):
        assert STANDARDISERS[field](variant).keys == key


@settings(derandomize=True, database=None, max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_several_addresses_of_a_cell_are_distinct(raw: str) -> None:
    values = standardise_emails(raw)
    assert values
    assert len({value.std for value in values}) == len(values)

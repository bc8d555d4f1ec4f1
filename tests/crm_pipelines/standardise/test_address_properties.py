"""Properties of addresses and postal codes, over arbitrary text and over texts made of their own pieces."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise import addresses
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.postal_codes import standardise_postal_code

STANDARDISERS: dict[str, Callable[[str], StandardValue]] = {
    "address": standardise_address,
    "postal_code": standardise_postal_code,
}
HEADS = (
    "東京都港区六本木", "札幌市中央区北1条西", "京都市中京区寺町通御池上る上本能寺前町", "横浜市中区日本大通", "府中市",
    "岩手県久慈市長内町第32地割", "三重県上野市丸之内", "埼玉県浦和市高砂", "高知県南国市大そね甲", "港区",
    "長野県長野市架空町",
    "新潟市中央区学校町通1番町", "堺市北区百舌鳥梅町三丁", "千葉県旭市ニ", "青森県青森市大字荒川字品川", "六本木",
)  # fmt: skip
PIECES = (
    *"一十甲イの-ー 　,・()B字丁番号線",
    "1", "23", "丁目", "番地", "番地の", "501号室", "無番地", "番外地",
    "ビル", "マンション", "3F", "地下1階", "五階", "A-203", "2号棟",
    "団地", "様方", "山田", "株式会社青葉", "御中",
    "気付", "私書箱12号", "TEL 03-1234-5678", "〒106-0032", "六本木ヒルズ", "#302",
    "大字", "第2", "地割", "番町", "上る", "西入", "□", "�", "コーポ", "c/o ", "F", "II", "6街区",
)  # fmt: skip
CODES = (*"〒01-ー T,/〇", "100", "0013", "郵便番号", "SW1A 1AA", "東京都", "１００", "JP")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
WIDER_KANA = str.maketrans("アイハヒフヘホ", "ｱｲﾊﾋﾌﾍﾎ")
EXAMPLES = 300


def made_up(field: str) -> st.SearchStrategy[str]:
    if field == "postal_code":
        return st.lists(st.sampled_from(CODES), max_size=10).map("".join)
    tail = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    return st.builds(str.__add__, st.sampled_from(HEADS), tail)


def texts(field: str) -> st.SearchStrategy[str]:
    return st.one_of(made_up(field), st.text(max_size=50))


@pytest.mark.parametrize("field", STANDARDISERS)
def test_the_standard_form_stands_for_its_raw_value(field: str) -> None:
    @settings(derandomize=True, database=None, max_examples=EXAMPLES, deadline=None)
    @given(texts(field))
    def holds(raw: str) -> None:
        once = STANDARDISERS[field](raw)
        if once.std is not None:
            again = STANDARDISERS[field](once.std)
            assert (again.std, again.keys) == (once.std, once.keys)

    holds()


@pytest.mark.parametrize("field", STANDARDISERS)
def test_nothing_vanishes_and_nothing_changes_without_a_rule(field: str) -> None:
    @settings(derandomize=True, database=None, max_examples=EXAMPLES, deadline=None)
    @given(texts(field))
    def holds(raw: str) -> None:
        value = STANDARDISERS[field](raw)
        if value.std is None:
            assert value.status is ValueStatus.EMPTY or value.rules
            assert not value.keys
        elif value.std != " ".join(raw.split()):
            assert value.rules or value.std == STANDARDISERS[field](value.std).std
        if value.status in (ValueStatus.REPAIRED, ValueStatus.AMBIGUOUS, ValueStatus.PLACEHOLDER):
            assert value.rules

    holds()


@pytest.mark.parametrize("field", STANDARDISERS)
def test_width_kana_width_case_and_dashes_do_not_change_the_keys(field: str) -> None:
    @settings(derandomize=True, database=None, max_examples=EXAMPLES, deadline=None)
    @given(made_up(field))
    def holds(raw: str) -> None:
        keys = STANDARDISERS[field](raw).keys
        for variant in (raw.translate(WIDE), raw.translate(WIDER_KANA), raw.replace("-", "‐"), raw.replace("-", "−")):
            assert STANDARDISERS[field](variant).keys == keys

    holds()


@settings(derandomize=True, database=None, max_examples=EXAMPLES, deadline=None)
@given(made_up("address"))
def test_the_case_of_latin_letters_does_not_change_the_keys(raw: str) -> None:
    assert standardise_address(raw.upper()).keys == standardise_address(raw.lower()).keys


@settings(derandomize=True, database=None, max_examples=EXAMPLES, deadline=None)
@given(made_up("address"), st.sampled_from(["100-0013", "060-8588", "7260005", "60-8588", "", "x"]))
def test_a_postal_code_beside_it_breaks_nothing(raw: str, code: str) -> None:
    value = standardise_address(raw, code)
    assert value.std
    assert set(value.flags) <= {"postal_mismatch"}


@pytest.mark.parametrize("size", [501, 10_000, 100_000])
@pytest.mark.parametrize("piece", ["1-", "丁目", "東京都", "3F ", "私書箱", "(", "TEL 0", "字ア", "株式会社 "])
def test_a_text_too_long_for_an_address_is_kept_whole_and_keyless(piece: str, size: int) -> None:
    raw = ("東京都港区" + piece * size)[:size].strip()
    value = standardise_address(raw)
    assert (value.std, value.keys) == (raw, ()) or len(raw) <= 500
    assert value.rules


_HEADS = st.sampled_from(
    [
        "東京都新宿区西新宿", "横浜市中区日本大通", "京都府京都市中京区寺町通御池上る上本能寺前町",
        "栃木県那須町大字高久丙",
        "茨城県竜ケ崎市", "府中市宮西町", "高知市丸ノ内", "盛岡市三ツ割", "浦和市高砂", "愛媛県松山市一番町",
        "長野市南県町",
        "岩手県九戸郡軽米町大字軽米", "北海道札幌市中央区北三条西", "どこにもない町", "東京都",
    ]
)  # fmt: skip
_PLAIN_NUMBERS = st.lists(st.integers(1, 9999), min_size=1, max_size=3).map(lambda parts: "-".join(map(str, parts)))


@given(head=_HEADS, number=_PLAIN_NUMBERS, code=st.sampled_from([None, "1600023", "0010010"]))
@settings(derandomize=True, max_examples=400, deadline=None, database=None)
def test_what_the_head_tells_is_what_the_whole_address_tells(head: str, number: str, code: str | None) -> None:
    quick = addresses._by_its_head(head + number, code)
    if quick is not None:
        assert quick == addresses._settled(head + number, code)


def test_a_plain_address_is_read_by_its_head() -> None:
    assert addresses._by_its_head("東京都新宿区西新宿2-8-1", None) is not None

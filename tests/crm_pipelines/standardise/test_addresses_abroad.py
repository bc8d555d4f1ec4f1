import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.addresses_abroad import is_abroad, standardise_address_abroad

WAYS = {
    "GB": ("10 Downing Street, London SW1A 2AA", "10 DOWNING ST LONDON SW1A2AA",
           "10, Downing St., London, SW1A 2AA, UK"),
    "DE": ("Hauptstraße 12a, 10117 Berlin", "Hauptstr. 12 a, D-10117 Berlin, Germany", "HAUPTSTRASSE 12A 10117 BERLIN"),
    "FR": ("12 avenue Victor Hugo, 69003 Lyon", "12, av. Victor-Hugo\n69003 LYON CEDEX 03"),
    "US": ("350 Fifth Avenue, New York, NY 10118", "350 5TH AVE, NEW YORK NY 10118-0001"),
    "KR": ("서울특별시 강남구 테헤란로 152", "06236 서울 강남구 테헤란로152 (역삼동)"),
    "TW": ("台北市大安區忠孝東路四段3號", "106 臺北市大安區忠孝東路4段3號"),
    "SG": ("Blk 123 Ang Mo Kio Avenue 3 Singapore 560123", "123 Ang Mo Kio Ave 3 S(560123)"),
    "IT": ("Piazza del Duomo 1, 20122 Milano MI", "P.zza Duomo, 1 - 20122 Milano (MI)"),
    "ES": ("Calle de Alcalá 45, 28014 Madrid", "C/ Alcalá, 45, 28014 MADRID"),
    "AU": ("5/12 Smith Street, Surry Hills NSW 2010", "Unit 5, 12 Smith St, Surry Hills, NSW 2010"),
    "CA": ("5-123 Main St, Toronto, ON M5V 2T6", "123 Main Street, Unit 5, Toronto ON M5V2T6"),
}  # fmt: skip


@pytest.mark.parametrize("country", WAYS)
def test_ways_to_write_one_address_share_their_key(country: str) -> None:
    values = [standardise_address_abroad(way, None, country) for way in WAYS[country]]
    assert all(value.status is ValueStatus.OK for value in values)
    assert len({value.keys[-1] for value in values}) == 1


def test_the_room_stands_in_front_of_the_key_without_it() -> None:
    value = standardise_address_abroad("123 Main St Apt 4B, Springfield, IL 62704", None, "US")
    assert value.keys == ("US:62704:123:mainst:4b", "US:62704:123:mainst")
    assert (value.parts["key_room"], value.parts["key_number"], value.parts["key_city"]) == (
        "4B", "123", "US:springfield",
    )  # fmt: skip


def test_the_code_of_the_record_serves_an_address_without_one() -> None:
    with_code = standardise_address_abroad("Hauptstr. 12, 10117 Berlin", None, "DE")
    assert standardise_address_abroad("Hauptstr. 12, Berlin", "D-10117", "DE").keys == with_code.keys


def test_lines_become_commas_and_say_so() -> None:
    value = standardise_address_abroad("10 Downing Street\r\nLondon\r\nSW1A 2AA", None, "GB")
    assert value.std == "10 Downing Street, London, SW1A 2AA"
    assert "address.lines_joined" in value.rules


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("ул. Тверская, д. 7, Москва 125009", "RU"),
        ("شارع التحرير 12 القاهرة", "EG"),
        ("123 ถนนสุขุมวิท กรุงเทพฯ 10110", "TH"),
        ("behind the church, third house", "KE"),
        ("アメリカ合衆国カリフォルニア州マウンテンビュー", None),
    ],
)
def test_what_is_not_understood_stays_as_written(raw: str, country: str | None) -> None:
    value = standardise_address(raw, None, country)
    assert (value.std, value.keys, value.status) == (raw, (), ValueStatus.UNSUPPORTED)


@pytest.mark.parametrize(
    ("raw", "country", "expected"),
    [
        ("東京都港区六本木6-10-1", "US", False),
        ("東京都港区六本木6-10-1", None, False),
        ("千代田区霞が関1-3-1", "JP", False),
        ("1600 Amphitheatre Parkway, Mountain View, CA 94043, USA", "JP", True),
        ("1-2-3 Roppongi, Minato-ku, Tokyo, Japan", "JP", False),
        ("서울특별시 중구 세종대로 110", "JP", True),
        ("台北市信義區市府路45號", "JP", True),
        ("韓国ソウル特別市中区世宗大路110", "JP", True),
        ("中国北京市朝阳区建国路88号", "JP", True),
        ("中央区銀座4-6-16", "JP", False),
    ],
)
def test_japan_as_a_default_does_not_make_an_address_japanese(raw: str, country: str | None, expected: bool) -> None:
    assert is_abroad(raw, country) is expected


def test_house_names_are_keyed_where_the_code_is_narrow() -> None:
    with_county = standardise_address_abroad("Rose Cottage, Church Lane, Wells, Somerset BA5 2QS", None, "GB")
    without = standardise_address_abroad("ROSE COTTAGE, CHURCH LN, WELLS BA5 2QS", None, "GB")
    assert with_county.keys == without.keys == ("GB:BA52QS:rosecottage:churchln",)


def test_post_boxes_are_keyed_by_number() -> None:
    assert standardise_address_abroad("Postfach 10 01 23, 20001 Hamburg", None, "DE").keys == ("DE:20001:100123:pobox",)


@pytest.mark.parametrize(
    "raw", ["南アルプス市小笠原376", "市川市中国分3-18-14", "唐津市鎮西町名護屋1931-3", "京都市北区西賀茂鎮守菴町1"]
)
def test_municipality_of_japan_outweighs_what_looks_foreign(raw: str) -> None:
    assert not is_abroad(raw, None)
    assert standardise_address(raw).parts["level"] == "num"


@pytest.mark.parametrize(
    "raw", ["台北市信義區市府路45號", "北京市海淀区中关村大街27号", "南アフリカ共和国ケープタウン"]
)
def test_places_that_are_none_of_japan_stay_abroad(raw: str) -> None:
    assert is_abroad(raw, None)


def test_post_box_beside_a_street_is_kept_and_keys_nothing() -> None:
    value = standardise_address_abroad("100 route Nationale\nBP 12\n59300 Valenciennes", None, "FR")
    assert value.parts["po_box"] == "BP 12"
    assert value.keys == standardise_address_abroad("100 route Nationale, 59300 Valenciennes", None, "FR").keys


def test_unit_before_a_slash_meets_the_same_without_its_word() -> None:
    ways = ("Unit 4/17 Beach Road, Bondi NSW 2026", "4/17 Beach Rd, Bondi NSW 2026")
    first, second = (standardise_address_abroad(way, None, "AU") for way in ways)
    assert first.keys == second.keys
    assert first.parts["room"] == "4"


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("Zeil 112, D-60313 Frankfurt", "DE"),
        ("Kärntner Ring 5, A-1010 Wien", "AT"),
        ("129 Samsung-ro, Yeongtong-gu, Suwon-si, Gyeonggi-do, Korea 16677", "KR"),
    ],
)
def test_country_is_told_by_the_sign_of_its_code_and_by_its_name_before_the_code(raw: str, country: str) -> None:
    assert standardise_address_abroad(raw, None, None).parts["country"] == country


def test_care_of_line_is_kept_apart_in_german() -> None:
    assert standardise_address_abroad("bei Schulze, Wilhelmstraße 3, 65183 Wiesbaden", None, "DE").parts["care_of"] == (
        "Schulze"
    )

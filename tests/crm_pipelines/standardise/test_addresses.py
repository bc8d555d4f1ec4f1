from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
import yaml

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.case_notation_contact import in_case_notation
from tests.bench.large_offices import Office, offices, right_parts

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(scope="module")
def sampled_offices() -> list[Office]:
    return [office for office in offices() if crc32(office.code.encode()) % 26 < 2]


def test_all_ways_to_write_an_address_share_their_keys() -> None:
    ways = (
        "東京都千代田区霞が関1-3-1",
        "東京都千代田区霞ヶ関一丁目3番1号",
        "千代田区霞ケ関１丁目３－１",
        "〒100-0013 東京都 千代田区 霞が関 1の3の1",
    )
    assert {standardise_address(way).keys for way in ways} == {("13101:霞ケ関:1-3-1",)}


def test_room_key_comes_before_the_key_without_room() -> None:
    value = standardise_address("東京都港区六本木6-10-1-3201")
    assert value.keys == ("13103:6本木:6-10-1:3201", "13103:6本木:6-10-1")
    assert (value.parts["key_town"], value.parts["key_number"], value.parts["key_room"]) == (
        "13103:6本木", "6-10-1", "3201",
    )  # fmt: skip


def test_written_address_wins_over_its_postal_code() -> None:
    value = standardise_address("東京都港区六本木6-10-1", "530-0001")
    assert value.parts["city"] == "港区"
    assert value.flags == ("postal_mismatch",)


def test_postal_code_decides_between_places_of_one_name() -> None:
    assert standardise_address("府中市1-2", "726-0005").parts["prefecture"] == "広島県"


def test_postal_code_completes_an_address_that_begins_with_its_town() -> None:
    value = standardise_address("霞が関1-3-1", "100-0013")
    assert value.parts["city"] == "千代田区"
    assert value.rules == ("address.city_from_postal_code",)
    assert value.status is ValueStatus.REPAIRED


def test_doubtful_municipality_gets_no_key() -> None:
    value = standardise_address("府中市")
    assert (value.status, value.keys, value.std) == (ValueStatus.AMBIGUOUS, (), "府中市")


def test_care_of_and_post_office_box_are_parts() -> None:
    value = standardise_address("福岡県福岡市博多区博多駅前2丁目1番1号 山田様方")
    assert value.parts["care_of"] == "山田"
    assert value.std == "福岡県福岡市博多区博多駅前2-1-1 山田様方"
    assert (
        standardise_address("東京都町田市小山ヶ丘2丁目2番6号(町田郵便局私書箱第3号)").parts["po_box"]
        == "町田郵便局私書箱第3号"
    )


def test_kyoto_street_stays_in_the_line_and_out_of_the_key() -> None:
    with_street = standardise_address("京都市中京区寺町通御池上る上本能寺前町488")
    assert with_street.parts["street"] == "寺町通御池上る"
    assert with_street.std == "京都府京都市中京区寺町通御池上る上本能寺前町488"
    assert with_street.keys == standardise_address("京都市中京区上本能寺前町488").keys


def test_unknown_town_is_kept_as_written() -> None:
    value = standardise_address("長野県長野市架空町12-3")
    assert value.parts["town"] == "架空町"
    assert "address.town_unknown" in value.rules


@pytest.mark.parametrize(
    ("raw", "country", "key"),
    [
        ("1600 Amphitheatre Parkway, Mountain View, CA 94043, USA", None, "US:94043:1600:amphitheat"),
        ("Friedrichstr. 12, 10117 Berlin, Germany", None, "DE:10117:12:friedrichs"),
        ("10 Downing Street, London SW1A 2AA, UK", None, "GB:SW1A2AA:10:downingst"),
        ("1-2-3 Roppongi, Minato-ku, Tokyo 106-0032, Japan", None, None),
    ],
)
def test_addresses_abroad_are_kept_whole(raw: str, country: str | None, key: str | None) -> None:
    value = standardise_address(raw, None, country)
    assert value.std == raw
    assert value.key == key
    assert value.status is (ValueStatus.OK if key else ValueStatus.UNSUPPORTED)


def labelled(name: str) -> Iterator[tuple[list[str], list[str]]]:
    for case in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8")):
        yield case["expected"].split("|"), in_case_notation("address", case["input"]).split("|")


@pytest.mark.parametrize("name", ["address_labelled", "address_labelled_after"])
def test_number_building_and_room_are_read_as_people_read_them(name: str) -> None:
    outcomes = [expected[4:] == found[4:] for expected, found in labelled(name)]
    assert sum(outcomes) >= 0.97 * len(outcomes)


@pytest.mark.parametrize("is_held_out", [False, True])
def test_large_offices_lie_where_their_list_says(sampled_offices: list[Office], is_held_out: bool) -> None:
    found = [right_parts(office) for office in sampled_offices if office.is_held_out is is_held_out]
    assert len(found) > 500
    assert sum(parts["prefecture"] and parts["city"] for parts in found) >= 0.999 * len(found)
    towns = [parts["town"] for parts in found if "town" in parts]
    assert sum(towns) >= 0.985 * len(towns)


@pytest.mark.parametrize(
    ("raw", "part", "found"),
    [
        ("東京都港区芝5-1-2 芝ビル3F 株式会社青葉商事", "recipient", "株式会社青葉商事"),
        ("東京都港区芝5-1-2 芝ビル3F青葉商事株式会社", "recipient", "青葉商事株式会社"),
        ("東京都港区芝5-1-2 芝ハイツ101 山田太郎様", "recipient", "山田太郎様"),
        ("東京都港区芝5-1-2 芝ビル3F 山田商事気付", "care_of", "山田商事気付"),
        ("東京都港区芝5-1-2 芝ハイツ302(田中方)", "care_of", "田中"),
        ("東京都港区芝5-1-2 TEL:03-1234-5678", "phone", "TEL:03-1234-5678"),
        ("東京都港区六本木6-10-1 〒106-6108", "postal_code", "1066108"),
        ("東京都港区六本木6-10-1 106-6108", "postal_code", "1066108"),
        ("京都市上京区堀川通寺之内上る4丁目天神北町1番地の1", "street", "堀川通寺之内上る4丁目"),
    ],
)
def test_what_stands_beside_an_address_is_a_part_of_its_own(raw: str, part: str, found: str) -> None:
    value = standardise_address(raw)
    assert value.parts[part] == found
    assert value.keys == standardise_address(value.std).keys


def test_a_building_that_ends_like_care_of_stays_a_building() -> None:
    assert standardise_address("大阪府枚方市岡東町12-2 ビオルネ枚方").parts["building"] == "ビオルネ枚方"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東京都港区芝5-1-2 都営芝アパート3-405", "東京都港区芝5-1-2 都営芝アパート3号棟405号室"),
        ("東京都港区芝5-1-2 芝ハイツA-101", "東京都港区芝5-1-2 芝ハイツA棟101"),
        ("東京都港区芝5-1-2 301号室 芝マンション", "東京都港区芝五丁目1番2-301号"),
        ("岩手県九戸郡洋野町種市第23地割27番地", "岩手県九戸郡洋野町種市23-27"),
        ("静岡県浜松市北区三方原町1500番地", "浜松市中央区三方原町1500"),
        ("三重県上野市丸之内116", "三重県伊賀市上野丸之内116番地"),
        ("埼玉県浦和市高砂3-15-1", "さいたま市浦和区高砂三丁目15番1号"),
    ],
)
def test_one_place_has_one_strongest_key(one: str, other: str) -> None:
    key = standardise_address(one).key
    assert key is not None
    assert standardise_address(other).key == key


def test_district_announced_by_its_sign_is_not_cut() -> None:
    parts = standardise_address("宮城県黒川郡大和町吉岡字東柴崎62").parts
    assert (parts["town"], parts["koaza"]) == ("吉岡", "東柴崎")


def test_land_shares_of_one_number_are_different_places() -> None:
    shares = (standardise_address(f"岩手県九戸郡洋野町種市第{share}地割27").key for share in (23, 24))
    assert len(set(shares)) == 2


def test_postal_code_of_a_namesake_in_another_prefecture_is_a_mismatch() -> None:
    assert standardise_address("東京都府中市宮西町2-24", "726-0005").flags == ("postal_mismatch",)
    assert standardise_address("札幌市北24条西5丁目1", "001-0024").flags == ()


def test_lost_zero_of_a_postal_code_is_proposed_where_the_prefecture_agrees() -> None:
    assert standardise_address("札幌市北区北24条西5丁目1", "10024").parts.get("postal_code_proposal") is None
    assert standardise_address("札幌市中央区北3条西6丁目", "60-0003").parts["postal_code_proposal"] == "060-0003"
    assert "postal_code_proposal" not in standardise_address("東京都港区芝5-1-2", "60-0003").parts


@pytest.mark.parametrize(
    ("raw", "status", "rules"),
    [
        ("東京都港区芝5-1-2", ValueStatus.OK, ()),
        ("東京都港区芝5丁目1番2号", ValueStatus.OK, ("address.format",)),
        ("住所：東京都港区芝5-1-2", ValueStatus.OK, ("address.label_removed",)),
        ("東京都港区虎の門1-1", ValueStatus.REPAIRED, ("address.place_spelling",)),
        ("港区芝5-1-2", ValueStatus.REPAIRED, ("address.prefecture_completed",)),
        ("埼玉県浦和市高砂3-1", ValueStatus.REPAIRED, ("address.former_municipality", "address.ward_completed")),
        ("東京都港区芝5-1-2 芝�ビル", ValueStatus.AMBIGUOUS, ("address.lost_character",)),
        ("朝日町5-1", ValueStatus.AMBIGUOUS, ("address.several_municipalities",)),
        ("東京都港区" + "あ" * 500, ValueStatus.AMBIGUOUS, ("address.too_long",)),
    ],
)
def test_every_change_leaves_its_rule(raw: str, status: ValueStatus, rules: tuple[str, ...]) -> None:
    value = standardise_address(raw)
    assert (value.status, value.rules) == (status, rules)


def test_former_town_alone_counts_only_with_a_town_of_its_own() -> None:
    assert standardise_address("婦中町速星754").parts["city"] == "富山市"
    assert standardise_address("婦中町5-1").keys == ()

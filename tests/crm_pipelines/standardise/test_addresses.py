import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.addresses import standardise_address


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
        ("台北市信義區市府路45號", "TW", None),
        ("서울특별시 중구 세종대로 110", None, None),
        ("1-2-3 Roppongi, Minato-ku, Tokyo 106-0032, Japan", None, None),
    ],
)
def test_addresses_abroad_are_kept_whole(raw: str, country: str | None, key: str | None) -> None:
    value = standardise_address(raw, None, country)
    assert value.std == raw
    assert value.key == key
    assert value.status is (ValueStatus.OK if key else ValueStatus.UNSUPPORTED)

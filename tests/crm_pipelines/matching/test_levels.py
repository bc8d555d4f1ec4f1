from typing import Any

import pytest

from crm_pipelines.matching.direct import PairScore, score_pair
from crm_pipelines.matching.levels import COMPARISONS, LEVEL_COLUMNS, NULL_LEVEL
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import Band
from tests.builders import organisation, person
from tests.crm_pipelines.matching.worlds import latin

KENICHI = (["sato"], ["keniti"])
HANAKO = (["sato"], ["hanako"])
_KK = {"legal_form": "KK", "legal_position": "prefix"}
_OAK: dict[str, Any] = {"phone_keys": ["+17755550100"], "address": "12 Oak Street"}


MICHAEL_DAVIS = person("davis", "michael", sound_keys=["dbs/mkr"])


def _henderson(given: str, born: str) -> dict[str, Any]:
    return person("henderson", given, readings=(["henderson"], [given]), sound_keys=["x"], birth_date_key=born)


_LARGE_BASE = -6.0  # bits by which the prior of a base of many customers lies below the shipped one


def _foreigner(given: str, family: str, **columns: Any) -> dict[str, Any]:
    return person(family, given, readings=([family], [given]), country="US", **columns)


def _score(left: dict[str, Any], right: dict[str, Any], shares: dict[tuple[str, str], int] | None = None) -> PairScore:
    return score_pair(left, right, shipped_model(), shares or {})


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (person("佐藤", "健一"), person("佐藤", "健一"), "exact"),
        (person("佐藤", "健一", readings=KENICHI), person("サトウ", "ケンイチ", readings=KENICHI), "one_reading"),
        (person("佐藤", "智恵", readings=(["sato"], ["tie", "tomoe"])),
         person("sato", "tomoe", readings=(["sato"], ["tomoe"])), "reading"),
        (person("斉藤", "健一", readings=(["saito"], ["keniti"])),
         person("斎藤", "健一", readings=(["saito"], ["keniti"])), "family_variant"),
        (person("佐藤", "裕子", readings=(["sato"], ["yuko"])),
         person("佐藤", "優子", readings=(["sato"], ["yuko"])), "homophone"),
        (MICHAEL_DAVIS, person("マイケル", "デイビス", sound_keys=["dbs/mkr"]), "sounds_alike"),
        (MICHAEL_DAVIS, person("dubois", "mikhail", sound_keys=["dbs/mkr"]), "resembles"),
        (person("森", "花子", readings=(["mori"], ["hanako"]), former_name_key="佐藤"),
         person("佐藤", "花子", readings=HANAKO), "former_name"),
        (person("sato", "k", readings=(["sato"], ["k"]), is_given_initial_only=True),
         person("佐藤", "健一", readings=KENICHI), "initial"),
        (person("sato", "h", readings=(["sato"], ["h"]), is_given_initial_only=True),
         person("佐藤", "健一", readings=KENICHI), "given_differs"),
        (person("sato", "jennifer", readings=(["sato"], ["zyenihuer"])),
         person("sato", "jen", readings=(["sato"], ["zyen"])), "short_given"),
        (_henderson("mitchell", "1978-06-02"), _henderson("mcihlel", "1978-06-02"), "misspelt"),
        (_henderson("mitchell", "1978-06-02"), _henderson("mcihlel", "1984-06-02"), "misspelt"),
        (_henderson("mitchell", "1978-06-02"), _henderson("deborah", "1978-06-02"), "given_differs"),
        (_henderson("daniel", "1978-06-02"), _henderson("danielle", "1978-06-02"), "other_gender"),
        (_henderson("amy", "1978-06-02"), _henderson("ian", "1978-06-02"), "given_differs"),
        (_henderson("mitchell", "1978-06-02"), _foreigner("mitchell", "hendersen"), "typo"),
        (_foreigner("mitchell", "gendreson"), _foreigner("mitchal", "henderson"), "misspelt"),
        (_foreigner("samuel", "laivs"), _foreigner("paul", "lavis"), "different"),
        (_foreigner("henderson", "mitchel"), _foreigner("mitchell", "hendersen"), "misspelt"),
        (_foreigner("katherine", "smyth"), _foreigner("catharina", "smyth"), "resembles"),
        (_foreigner("mitchell", "henderson"), _foreigner("mitchell", "rivers-henderson"), "double_name"),
        (_foreigner("mitchell", "henderson"), _foreigner("mitchell", "rivers"), "given_only"),
        (_foreigner("mitchell", "henderson", birth_date_key="1978-06-02"),
         _foreigner("mitchell", "rivers", birth_date_key="1978-06-02"), "new_family"),
        (_foreigner("mitchell", "henderson", external_ids="522-28-4385", birth_date_key="1978-06-02"),
         _foreigner("ann", "henderson", external_ids="522284385", birth_date_key="1978-06-02"), "identified"),
        (_foreigner("mitchell", "henderson", name="Mitchell Henderson, Sr."),
         _foreigner("mitchell", "henderson", name="Mitchell Henderson, Jr."), "other_generation"),
        (_foreigner("mitchell", "henderson", name="Mitchell Henderson, II"),
         _foreigner("mitchell", "henderson", name="Mitchell Henderson, Jr."), "exact"),
        (_foreigner("mitchell", "henderson"),
         _foreigner("mitchell", "henderson", name="Mitchell Henderson, Jr."), "exact"),
        (_foreigner("mitchell", "henderson"), person(name="Mitchell", name_key="mitchell"), "lone_part"),
        (_foreigner("mitchell", "henderson"), person(name="Anna", name_key="anna"), "not_compared"),
        (person("佐藤", "花子", readings=HANAKO, phone="+819011112222", email="h@a.jp"),
         person("森", "花子", readings=(["mori"], ["hanako"]), phone="+819011112222", email="h@a.jp"), "new_family"),
        (person("佐藤", "健一", readings=KENICHI), person("佐藤", "花子", readings=HANAKO), "given_differs"),
        (person("長谷川", "健一郎", readings=(["hasegawa"], ["kenitiro"])),
         person("長谷川", "健次郎", readings=(["hasegawa"], ["kenziro"])), "given_differs"),
        (person("佐藤", "陽葵", readings=(["sato"], ["haruki"])),
         person("サトウ", "ヒマリ", readings=(["sato"], ["himari"])), "given_unlike"),
        (person("佐藤"), person("佐藤", "健一"), "family_only"),
        (person("佐藤"), person("佐藤"), "family_only"),
        (person("佐藤", "花子"), person("森", "花子"), "given_only"),
        (person("森", "進"), person("佐藤", "健一"), "different"),
        (person(), person("佐藤", "健一"), "not_compared"),
    ],
)  # fmt: skip
def test_person_names(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    assert _score(left, right).comparisons["name"].level == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1978-06-02", "1978-06-02", "equal"),
        ("1978-06", "1978-06-02", "less_precise"),
        ("1978", "1978-06-02", "less_precise"),
        ("1978", "1978", "less_precise"),
        ("1978", "1979-01-02", "not_compared"),  # reckoned from an age
        ("1978", "1948-06-02", "different"),
        ("1978-06-02", "2041-06-02", "era_slip"),  # Showa 53 typed as Heisei 53
        ("1978-06-02", "1978-06-03", "slip"),
        ("1978-06-02", "1978-02-06", "slip"),
        ("1978-06-02", "1985-06-02", "month_and_day"),
        ("1978-06-02", "1978-06-19", "year_and_month"),
        ("1978-06-02", "1978-11-02", "year_and_day"),
        ("1978-06-02", "1971-06-03", "two_slips"),
        ("1978-06-02", "2008-06-03", "different"),
        ("1978-01-01", "1978-01-01", "new_year"),
        ("1978-01-01", "2004-11-30", "placeholder"),
        ("1978-06-02", "1978-11-30", "year"),
        ("1978-06-02", "2004-11-30", "different"),
        ("1978-06-02", None, "not_compared"),
    ],
)
def test_birth_dates(left: str, right: str | None, level: str) -> None:
    score = _score(person(birth_date_key=left), person(birth_date_key=right))
    assert score.comparisons["birth_date"].level == level
    assert score.is_contradiction == (level == "different")


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (organisation("青木", legal_form="KK", legal_position="prefix"),
         organisation("青木", legal_form="KK", legal_position="prefix"), "same_form"),
        (organisation("青木", legal_form="KK", legal_position="prefix"), organisation("青木"), "core"),
        (organisation("青木", legal_form="KK", legal_position="prefix"),
         organisation("青木", legal_form="KK", legal_position="suffix"), "form_differs"),
        (organisation("青木", readings=["アオキ"]), organisation("アオキ", readings=["アオキ"], **_KK), "reading"),
        (organisation("青木", readings=["アオキ"], **_KK), organisation("蒼樹", readings=["アオキ"]), "homophone"),
        (organisation("丸得", branch="新宿店"), organisation("丸得", branch="渋谷店"), "other_shop"),
        (organisation("丸得", branch="新宿店", address="a"),
         organisation("丸得", branch="新宿本館店", address="a"), "core"),
        (organisation("丸得", branch="新宿店", **_KK), organisation("丸得", branch="渋谷店", **_KK), "same_form"),
        (organisation("丸得", phone="1"), organisation("丸得", phone="1"), "core"),
        (organisation("丸得"), organisation("丸得"), "chain"),
        (organisation("丸得", phone="1", city_key="1"), organisation("丸得", phone="1", city_key="2"), "chain"),
        (latin("Oak Foods LLC, Attn: Billing"), latin("The Foods of Oak"), "words"),
        (organisation("静岡裁判所浜松支部"), organisation("静岡裁判所", branch="浜松支部"), "words"),
        (organisation("丸得", branch="新宿店"), organisation("丸得", branch="新宿店"), "core"),
        (organisation("武蔵野電鉄", address="1"), organisation("武蔵野電鉄バス", address="1"), "contains"),
        (organisation("丸得", postal_code_key="1", phone="1"),
         organisation("丸得", postal_code_key="2", phone="1"), "chain"),
        (latin("Oak Foods 1"), latin("Oak Foods 2"), "similar"),
        (latin("Oak Foods", **_OAK), latin("Oka Foods", **_OAK), "typo"),
        (latin("Oak Foods East", **_OAK), latin("Oak Foods West", **_OAK), "similar"),
        (latin("Oak Foods", **_OAK), latin("Oak Foods Group", **_OAK), "shortened"),
        (latin("Oak Foods", **_OAK), latin("Oak Foods Foundation", **_OAK), "contains"),
        (latin("Kyowa Systems", phone="1"), organisation("協和", readings=["キヨウワ"], phone="1"), "romanised"),
        (latin("Kyowa Systems", phone="1"),
         organisation("協和販売", readings=["キヨウワハンバイ"], phone="1"), "other_script"),
        (latin("Kyowa Systems"), organisation("協和", readings=["キヨウワ"]), "other_script"),
        (organisation("青木", number="1", phone="1"), organisation("森", number="1", phone="1"), "renamed"),
        (organisation("青木", number="1"), organisation("森", number="1"), "different"),
        (organisation("青木製作所"), organisation("青木製作所販売"), "contains"),
        (organisation("長谷川システムサービス"), organisation("長谷川システムサービズ"), "similar"),
        (organisation("青木製作所"), organisation("aokiworks"), "other_script"),
        (organisation("青木"), organisation("森"), "different"),
    ],
)  # fmt: skip
def test_organisation_names(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    assert _score(left, right).comparisons["organisation_name"].level == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ({"address": "1:a:1", "room": "2"}, {"address": "1:a:1", "room": "2"}, "own_room"),
        ({"address": "1:a:1", "room": "2"}, {"address": "1:a:1", "room": "3"}, "room_differs"),
        ({"address": "1:a:1", "room": "2"}, {"address": "1:a:1"}, "own_number"),
        ({"address": "1:a:1"}, {"address": "1:a:2"}, "town"),
        ({"address": "1:a:1"}, {"address": "1:b:2"}, "city"),
        ({"address": "1:a:1"}, {"address": "2:b:2"}, "different"),
        ({"address": "1:a:1"}, {"postal_code_key": "1000001"}, "not_compared"),
    ],
)
def test_addresses(left: dict[str, str], right: dict[str, str], level: str) -> None:
    assert _score(person(**left), person(**right)).comparisons["address"].level == level  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("522-28-4385", "522284385", "equal"),
        ("522-28-4385", "522-28-4358", "slip"),
        ("522-28-4385", "901-11-0000", "different"),
        ("522-28-4385", "C-100432", "not_compared"),
        ("VIP", "VIP", "not_compared"),
    ],
)
def test_numbers_of_other_systems(left: str, right: str, level: str) -> None:
    score = _score(person(external_ids=left), person(external_ids=right))
    assert score.comparisons["identifier"].level == level
    assert not score.is_contradiction


def test_a_street_is_known_under_another_postal_code() -> None:
    keys = ("US:94616:124:jacksonave", "US:94661:124:jacksonav", "US:94661:99:elmst")
    left, right, other = (person(address_key=key) for key in keys)
    assert _score(left, right).comparisons["address"].level == "street"
    assert _score(left, other).comparisons["address"].level == "different"


def test_twins_abroad_with_one_number_of_the_house_are_never_merged() -> None:
    shared: dict[str, Any] = {
        "email": "t@a.com", "phone": "+12065550100", "address_key": "US:94616:124:elmst",
        "birth_date_key": "2001-01-09",
    }  # fmt: skip
    for other in ("danielle", "marcus", "thomas"):
        twins = _foreigner("daniel", "henderson", **shared), _foreigner(other, "henderson", **shared)
        assert _score(*twins).band != Band.AUTO_MATCH


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("sato85@a.jp", "sato85@b.jp", "local_part"),
        (
            "kenichi.sato@alpha.jp",
            "kenichi.sato@betamail.com",
            "different",
        ),  # the name once more, which namesakes share
        ("kenichi.sato@example.jp", "kenichi.sato@exmaple.jp", "typo"),
        ("ksato85@example.jp", "ksaot85@example.jp", "typo"),
        ("ksato85@example.jp", "ksato86@example.jp", "different"),  # another mailbox, not a slip
    ],
)
def test_mail_addresses(left: str, right: str, level: str) -> None:
    pair = person("佐藤", "健一", email=left), person("佐藤", "健一", email=right)
    assert _score(*pair).comparisons["email"].level == level


def test_a_household_stays_apart_whatever_it_shares() -> None:
    shared: dict[str, Any] = {"email": "sato@a.jp", "phone": "+81312345678", "address": "1:a:1"}
    husband = person("佐藤", "健一", readings=KENICHI, **shared)
    wife = person("佐藤", "花子", readings=HANAKO, **shared)
    score = _score(husband, wife)
    assert score.band != Band.AUTO_MATCH
    assert score.is_contradiction
    assert score.match_weight + _LARGE_BASE < 0  # no question in a base of many customers


def test_a_couple_with_two_family_names_is_asked_at_most() -> None:
    shared: dict[str, Any] = {"email": "home@a.jp", "phone": "+81312345678", "address": "1:a:1"}
    score = _score(person("佐藤", "健一", **shared), person("森", "花子", **shared))
    assert score.band != Band.AUTO_MATCH


def test_twins_with_everything_in_common_but_the_given_name_are_never_merged() -> None:
    shared: dict[str, Any] = {
        "email": "t@a.jp", "phone": "+81312345678", "address": "1:a:1", "birth_date_key": "2001-01-09",
    }  # fmt: skip
    score = _score(
        person("佐藤", "健一", readings=KENICHI, **shared), person("佐藤", "花子", readings=HANAKO, **shared)
    )
    assert score.band != Band.AUTO_MATCH


def test_the_weight_of_a_mailbox_falls_with_the_names_on_it() -> None:
    pair = person("佐藤", "健一", email="x@a.jp"), person("佐藤", "健一", email="x@a.jp")
    levels = [_score(*pair, shares={("person_email", "x@a.jp"): bucket}) for bucket in (1, 2, 3, 4)]
    weights = [score.comparisons["email"].total for score in levels]
    assert weights == sorted(weights, reverse=True)
    assert [score.comparisons["email"].level for score in levels] == ["own", "shared", "crowded", "not_compared"]


def test_two_valid_corporate_numbers_keep_companies_of_one_name_apart() -> None:
    same: dict[str, Any] = {"phone": "+81312345678", "address": "1:a:1", "email": "info@aoki.jp"}
    score = _score(organisation("青木", number="1", **same), organisation("青木", number="2", **same))
    assert score.is_contradiction
    assert score.band != Band.AUTO_MATCH


def test_kana_and_kanji_of_one_person_with_one_phone_are_merged() -> None:
    left = person("佐藤", "健一", readings=KENICHI, phone="+819011112222")
    right = person("サトウ", "ケンイチ", readings=KENICHI, phone="+819011112222")
    assert _score(left, right).band == Band.AUTO_MATCH


def test_namesakes_alone_are_no_match_and_not_even_asked_in_a_base_of_many_customers() -> None:
    score = _score(person("佐藤", "健一"), person("佐藤", "健一"))
    assert score.band != Band.AUTO_MATCH
    assert score.match_weight + _LARGE_BASE < 0


def test_level_numbers_count_down_to_zero_and_names_are_unique() -> None:
    for comparisons in COMPARISONS.values():
        for comparison in comparisons:
            names = [level.name for level in comparison.levels]
            assert len(set(names)) == len(names)
            assert [comparison.number_of(name) for name in names] == list(range(len(names) - 1, -1, -1))
            assert comparison.levels[-1].predicate is None
            assert comparison.level_of(NULL_LEVEL) is None
            assert comparison.column in LEVEL_COLUMNS

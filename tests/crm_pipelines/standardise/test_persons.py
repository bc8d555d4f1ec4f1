import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.persons import loose_name_key, person_from_parts, standardise_person


def test_former_name_is_a_part_and_not_in_the_key() -> None:
    value = standardise_person("髙橋（旧姓：田中）花子")
    assert value.std == "髙橋 花子"
    assert value.parts["former_name"] == "田中"
    assert value.keys == ("高橋花子",)


def test_household_cell_names_the_second_person() -> None:
    value = standardise_person("山田太郎・花子 様")
    assert value.parts["household_given"] == "花子"
    assert value.flags == ("household",)


def test_second_person_with_another_family_name_keeps_it() -> None:
    value = standardise_person("山田花子・佐藤次郎")
    assert (value.parts["household_family"], value.parts["household_given"]) == ("佐藤", "次郎")


def test_company_in_the_person_field_has_no_person_key() -> None:
    value = standardise_person("株式会社青木製作所")
    assert (value.flags, value.keys, value.status) == (("organisation",), (), ValueStatus.AMBIGUOUS)


def test_family_name_alone_is_ambiguous() -> None:
    value = standardise_person("田中様")
    assert (value.std, value.status, value.parts["family"]) == ("田中", ValueStatus.AMBIGUOUS, "田中")


def test_deceased_marker_is_a_flag() -> None:
    assert standardise_person("故 田中一郎").flags == ("deceased",)


def test_lost_character_leaves_no_key() -> None:
    value = standardise_person("山田 ●郎")
    assert (value.status, value.keys) == (ValueStatus.AMBIGUOUS, ())


def test_placeholder_keeps_its_text_and_has_no_key() -> None:
    value = standardise_person("ご担当者様")
    assert (value.std, value.status, value.keys) == ("ご担当者様", ValueStatus.PLACEHOLDER, ())


@pytest.mark.parametrize(
    ("raw", "evidence"),
    [
        ("山田 太郎", "space"),
        ("山田太郎", "dict"),
        ("Ito, Miki", "comma"),
        ("ITO Miki", "caps"),
        ("Miki Ito", "none"),
        ("マイケル・ジョンソン", "unknown"),
    ],
)
def test_evidence_of_the_order_is_told(raw: str, evidence: str) -> None:
    assert standardise_person(raw).parts["order_evidence"] == evidence


def test_latin_parts_are_told_apart() -> None:
    parts = standardise_person('Dr. John "Jack" Arthur Smith Jr.').parts
    told = (parts["given"], parts["middle"], parts["family"], parts["suffix"], parts["honorific"], parts["alias"])
    assert told == ("John", "Arthur", "Smith", "Jr.", "Dr.", "Jack")


def test_columns_are_believed() -> None:
    value = person_from_parts("東海", "林太郎", "トウカイ リンタロウ")
    assert (value.std, value.parts["family"], value.parts["kana"]) == ("東海 林太郎", "東海", "トウカイ リンタロウ")


def test_honorific_in_the_given_column_is_taken_off() -> None:
    assert person_from_parts("山田", "太郎様").std == "山田 太郎"


def test_one_empty_column_leaves_the_other_to_be_cut() -> None:
    assert person_from_parts("山田太郎", None).std == "山田 太郎"
    assert person_from_parts(None, None).status is ValueStatus.EMPTY


def test_loose_key_merges_what_the_strict_key_keeps_apart() -> None:
    assert loose_name_key("斉藤", "茂") == loose_name_key("斎藤", "茂")
    assert standardise_person("斉藤茂").keys != standardise_person("斎藤茂").keys


@pytest.mark.parametrize(
    "raw",
    [
        "北見不動産",
        "北見 商会",
        "(学)青山会",
        "ポラリス 御中",
        "Harbour Foods S.L.",
        "Ｍａｉｓｏｎ　Ｂｏｎｎｅｔ　Ｓ．Ａ．",
        "Bianchi Meccanica S.p.A.",
        "KELLER AG",
        "Pâtisserie Bonnet",
    ],
)
def test_business_in_the_person_field_is_flagged_without_a_legal_form_too(raw: str) -> None:
    value = standardise_person(raw)
    assert (value.flags, value.keys, value.parts.get("family")) == (("organisation",), (), None)


@pytest.mark.parametrize("raw", ["丸山 工", "木内科", "Anna Banks", "Marco Sa", "Tan KG", "Ann Lee S."])
def test_a_persons_name_is_not_flagged(raw: str) -> None:
    assert "organisation" not in standardise_person(raw).flags


@pytest.mark.parametrize("raw", ["総務担当", "経理部", "採用担当者様", "営業部長", "Sales Department"])
def test_desk_is_a_placeholder(raw: str) -> None:
    value = standardise_person(raw)
    assert (value.status, value.flags, value.keys, value.std) == (ValueStatus.PLACEHOLDER, ("desk",), (), raw)


@pytest.mark.parametrize(
    ("raw", "status", "rules"),
    [
        ("山田 太郎", ValueStatus.OK, ()),
        ("山田太郎", ValueStatus.REPAIRED, ("person.split",)),
        ("山田太郎様", ValueStatus.REPAIRED, ("person.honorific", "person.split")),
        ("山田・太郎", ValueStatus.REPAIRED, ("person.separator",)),
        ("担当者：山田 太郎", ValueStatus.REPAIRED, ("person.label",)),
        ("太郎 山田", ValueStatus.OK, ("person.order_swapped",)),
        ("Kenji 渡辺", ValueStatus.OK, ("person.order_swapped",)),
        ("★山田 太郎★", ValueStatus.REPAIRED, ("person.punctuation",)),
    ],
)
def test_every_change_is_told_by_status_and_rule(raw: str, status: ValueStatus, rules: tuple[str, ...]) -> None:
    value = standardise_person(raw)
    assert (value.status, value.rules) == (status, rules)


def test_order_given_first_is_shown_as_written_and_known_to_parts_and_key() -> None:
    value = standardise_person("太郎 山田")
    assert (value.std, value.key, value.flags) == ("太郎 山田", "山田太郎", ("order_swapped",))


def test_reading_outside_the_bracket_is_the_kana_of_the_name_inside() -> None:
    assert standardise_person("ヤマダタロウ（山田太郎）").parts["kana"] == "ヤマダタロウ"


def test_care_of_is_a_part() -> None:
    assert standardise_person("佐藤花子（山田様方）").parts["care_of"] == "山田"


def test_latin_household_has_a_family_name_and_a_flag() -> None:
    value = standardise_person("The Smith Family")
    assert (value.std, value.parts["family"], value.flags) == ("Smith", "Smith", ("household",))


def test_job_behind_a_comma_is_no_given_name() -> None:
    value = standardise_person("Jane Miller, CFO")
    assert (value.std, value.parts["honorific"]) == ("Jane Miller", "CFO")


def test_company_beside_a_whole_name_is_the_employer() -> None:
    value = standardise_person("㈱青空 大石浩司")
    assert (value.std, value.parts["alias"], value.flags) == ("大石 浩司", "(株)青空", ("employer",))


def test_name_of_two_scripts_stays_uncut_but_its_parts_are_guessed() -> None:
    value = standardise_person("ビートたけし")
    assert (value.std, value.status) == ("ビートたけし", ValueStatus.AMBIGUOUS)
    assert value.parts == {"family": "ビート", "given": "たけし", "order_evidence": "guess"}

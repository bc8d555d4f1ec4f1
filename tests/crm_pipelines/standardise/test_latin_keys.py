import pytest

from crm_pipelines.standardise.latin_keys import full_names, latin_family_keys, latin_given_keys, latin_reading_keys


@pytest.mark.parametrize(
    ("short", "full"),
    [("Bob", "robert"), ("Liz", "elizabeth"), ("Sepp", "josef"), ("Paco", "francisco"), ("Beppe", "giuseppe"),
     ("Sasha", "aleksandr"), ("Kasia", "katarzyna"), ("Mohd.", "muhammad")],
)  # fmt: skip
def test_a_short_form_leads_to_its_full_name(short: str, full: str) -> None:
    assert full in full_names(short)


@pytest.mark.parametrize(
    ("one", "other"),
    [("John", "Jane"), ("Alexander", "Alexandra"), ("Daniel", "Danielle"), ("Maria", "Mario"), ("Carl", "Carla")],
)
def test_full_names_of_two_people_do_not_meet(one: str, other: str) -> None:
    assert set(latin_given_keys(one)).isdisjoint(latin_given_keys(other))


def test_umlauts_meet_both_spellings() -> None:
    muller, mueller, plain = (set(latin_family_keys(name)) for name in ("Müller", "Mueller", "Muller"))
    assert muller & mueller
    assert muller & plain
    assert mueller & plain


def test_japanese_names_are_not_taken_for_umlauts() -> None:
    assert set(latin_family_keys("Ueda")).isdisjoint(latin_family_keys("Uda"))
    assert set(latin_family_keys("Maeda")).isdisjoint(latin_family_keys("Mada"))


def test_the_name_as_written_comes_first_in_both_orders() -> None:
    assert latin_reading_keys("Smith", "Bob")[:2] == ("smithbob", "bobsmith")
    assert "smithrobert" in latin_reading_keys("Smith", "Bob")


def test_h_behind_a_first_o_may_only_prolong_it() -> None:
    assert set(latin_family_keys("Ohishi")) & set(latin_family_keys("Oishi"))
    assert "ohasi" in latin_family_keys("Ohashi")

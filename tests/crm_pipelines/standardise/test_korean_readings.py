import pytest

from crm_pipelines.standardise.korean_readings import (
    hangul_family_keys,
    hangul_given_keys,
    is_korean_given,
    revised_romanisation,
    split_hangul,
)


@pytest.mark.parametrize(
    ("hangul", "latin"), [("민준", "minjun"), ("김", "gim"), ("혜영", "hyeyeong"), ("별", "byeol"), ("희", "hui")]
)
def test_revised_romanisation_of_syllables(hangul: str, latin: str) -> None:
    assert revised_romanisation(hangul) == latin


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("김민준", ("김", "민준")),
        ("남궁민", ("남궁", "민")),
        ("황보라", ("황", "보라")),
        ("황보관우", ("황보", "관우")),
        ("김", None),
        ("대한민국만세", None),
    ],
)
def test_family_names_of_two_syllables_are_known(name: str, cut: tuple[str, str] | None) -> None:
    assert split_hangul(name) == cut


def test_usual_spellings_are_among_the_keys() -> None:
    assert {"gim", "kim"} <= set(hangul_family_keys("김"))
    assert "zinsu" in hangul_given_keys("진수")


@pytest.mark.parametrize("name", ["Johnson", "Baker", "Young", "Novak", "Dean"])
def test_english_family_names_are_no_korean_given_names(name: str) -> None:
    assert not is_korean_given(name)

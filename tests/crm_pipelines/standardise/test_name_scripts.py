import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.name_scripts import exact_key, is_other_script
from crm_pipelines.standardise.persons import standardise_person


@pytest.mark.parametrize("name", ["Иван Петров", "محمد علي", "דוד כהן", "สมชาย ใจดี", "राम कुमार", "Γιώργος Παππάς"])
def test_a_name_in_another_script_passes_with_an_exact_key(name: str) -> None:
    value = standardise_person(name)
    assert (value.std, value.status, value.parts) == (name, ValueStatus.UNSUPPORTED, {})
    assert value.keys == (exact_key(name),)
    assert value.key


@pytest.mark.parametrize(
    "name", ["José", "Łukasz Żółć", "Nguyễn Văn An", "山田 太郎", "김민준", "O’Brien", "Đoković", "陈"]
)
def test_latin_and_east_asian_letters_are_read(name: str) -> None:
    assert not is_other_script(name)


def test_vowel_signs_count() -> None:
    assert exact_key("देव") != exact_key("दिवे")

from crm_pipelines.standardise.company_keys import company_key


def test_brackets_that_tell_two_companies_apart_stay() -> None:
    assert company_key("Acme (UK)") != company_key("Acme (India)")
    assert company_key("日本電気(NEC)") == company_key("日本電気")


def test_vowel_marks_of_other_scripts_are_part_of_the_key() -> None:
    assert company_key("สี") != company_key("สา")


def test_nothing_but_punctuation_has_no_key() -> None:
    assert company_key("()") == ""

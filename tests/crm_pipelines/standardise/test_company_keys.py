from crm_pipelines.standardise.company_keys import company_key


def test_brackets_that_tell_two_companies_apart_stay() -> None:
    assert company_key("Acme (UK)") != company_key("Acme (India)")
    assert company_key("日本電気(NEC)") == company_key("日本電気")


def test_vowel_marks_of_other_scripts_are_part_of_the_key() -> None:
    assert company_key("สี") != company_key("สา")


def test_nothing_but_punctuation_has_no_key() -> None:
    assert company_key("()") == ""


def test_repeat_marks_old_kana_and_sounds_of_v_meet_their_plain_spelling() -> None:
    assert company_key("いすゞ自動車") == company_key("いすず自動車")
    assert company_key("ヱビス") == company_key("エビス")
    assert company_key("レヴュー") == company_key("レビュー")


def test_form_left_behind_a_latin_core_is_taken_off_but_for_one_joined_by_and() -> None:
    assert company_key("Redwood Co., Ltd.") == company_key("Redwood Inc") == company_key("Redwood")
    assert company_key("Smith & Co") == "smithandco"

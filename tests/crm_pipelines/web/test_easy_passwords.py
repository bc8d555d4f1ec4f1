"""What somebody who knows a person would try soon."""

import pytest

from crm_pipelines.web.easy_passwords import is_easy

_OWN = ("森 千尋", "chihiro.mori@acme-trading.co.jp")


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "P@ssw0rd2026!", "Administrator1", "Welcome2026!!", "qwertyuiop123", "1qaz2wsx3edc",
        "qazwsxedcrfv", "1q2w3e4r5t6y", "パスワード12345678", "ｐａｓｓｗｏｒｄ１２３４", "Sakura2024!!",
        "crm-pipelines-1", "Dagster-2026",
    ],
)  # fmt: skip
def test_words_of_most_passwords_and_of_this_product_do_not_count(password: str) -> None:
    assert is_easy(password, *_OWN)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaa", "abababababab", "k3v9qzk3v9qz", "Tokyo2Tokyo2Tokyo2", "かぜかぜかぜかぜかぜかぜ"],
)
def test_one_text_over_and_over_is_refused(password: str) -> None:
    assert is_easy(password)


@pytest.mark.parametrize(
    "password",
    [
        "1234567890123",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "あいうえおかきくけこさし",
        "１２３４５６７８９０１２",
        "lkjhgfdsapoiuy",
    ],
)
def test_rows_of_characters_and_keys_are_refused(password: str) -> None:
    assert is_easy(password)


@pytest.mark.parametrize(
    "password", ["Acme-Trading-1", "chihiro.mori.1985", "千尋さん千尋さま2026", "mori@acme-trading"]
)
def test_the_person_and_the_company_do_not_count(password: str) -> None:
    assert is_easy(password, *_OWN)


@pytest.mark.parametrize(
    "password",
    [
        "vier Worte reichen hier", "correct horse battery staple", "zf7$kQ2m!xPw", "雨の日は猫と紅茶を飲む午後",
        "purple-kettle-42-moss", "xkcd fan loves turtles",
    ],
)  # fmt: skip
def test_a_few_words_of_ones_own_will_do(password: str) -> None:
    assert not is_easy(password, *_OWN)

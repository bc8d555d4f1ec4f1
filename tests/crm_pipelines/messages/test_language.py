"""Which language a reader gets."""

import pytest

from crm_pipelines.messages.language import choose_language, known_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("ja_JP.UTF-8", "ja"),
        ("en_GB", "en"),
        ("fr", None),
        ("C.UTF-8", None),
        (None, None),
    ],
)
def test_locale_names_are_understood(text: str | None, expected: str | None) -> None:
    assert known_language(text) == expected


def test_the_reader_comes_before_the_environment_the_project_and_the_system() -> None:
    environment = {"CRM_PIPELINES_LANG": "ja", "LANG": "en_US.UTF-8"}
    assert choose_language("en", "ja", environment) == "en"
    assert choose_language(None, "en", environment) == "ja"
    assert choose_language(None, "ja", {"LANG": "en_US.UTF-8"}) == "ja"
    assert choose_language(None, None, {"LANG": "ja_JP.UTF-8"}) == "ja"


def test_english_when_nothing_says_otherwise() -> None:
    assert choose_language(None, None, {}) == "en"
    assert choose_language("fr", None, {"LANG": "C"}) == "en"

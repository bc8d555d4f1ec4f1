"""Reasons of decisions: a code that every reader meets in their own language, words of one's own, or both."""

import pytest

from crm_pipelines.messages.reasons import REASONS, reason_given, reason_told


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("code", REASONS)
def test_a_chosen_reason_is_told_in_words_and_never_as_a_code(code: str, language: str) -> None:
    kept = reason_given(code, " 二人とも来店 ")
    told = reason_told(kept, language)
    assert told.endswith("二人とも来店")
    assert "web.reason" not in told
    assert reason_told(kept, language, has_words=False) in told
    assert "来店" not in reason_told(kept, language, has_words=False)


def test_words_stay_as_they_are_and_are_left_out_where_they_may_quote_values() -> None:
    assert reason_told(reason_given("none of ours", "電話で確認"), "ja") == "電話で確認"
    assert reason_told("web.reason.unknown x", "en") == "web.reason.unknown x"
    assert reason_told("電話で確認", "en", has_words=False) == ""
    assert reason_told(None, "ja") == ""

"""Secrets that the server has to read again."""

import pytest

from crm_pipelines.web.sealing import opened, sealed

_KEY, _OTHER = b"k" * 32, b"o" * 32


def test_a_secret_comes_back_with_its_key_and_context_alone() -> None:
    text = sealed(_KEY, "somebody", b"secret")
    assert opened(_KEY, "somebody", text) == b"secret"
    assert opened(_OTHER, "somebody", text) is None
    assert opened(_KEY, "somebody else", text) is None
    assert sealed(_KEY, "somebody", b"secret") != text


@pytest.mark.parametrize("text", ["", "x", "....", "a.b.c.d.e", "x" * 2_000, "森.森.森.森.森"])
def test_what_is_nothing_of_ours_opens_to_nothing(text: str) -> None:
    assert opened(_KEY, "somebody", text) is None


def test_a_text_that_was_changed_opens_to_nothing() -> None:
    text = sealed(_KEY, "somebody", b"secret")
    for place in (text.index("..") + 3, len(text) - 3):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert opened(_KEY, "somebody", changed) is None

"""Passwords as they are kept."""

import pytest

from crm_pipelines.web.passwords import is_password, password_hash

_PASSWORD = "vier Worte reichen hier"


def test_a_password_is_kept_at_the_cost_that_its_library_advises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the cheap hashes of the other tests
    kept = password_hash(_PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, second recommendation
    assert password_hash(_PASSWORD) != kept
    assert is_password(kept, _PASSWORD)
    assert not is_password(kept, _PASSWORD.upper())
    assert not is_password(None, _PASSWORD)

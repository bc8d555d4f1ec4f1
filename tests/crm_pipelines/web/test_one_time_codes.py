"""Codes of authenticator apps and recovery codes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crm_pipelines.stores.ledger.second_factors import Proof
from crm_pipelines.web.one_time_codes import (
    app_address,
    code_of,
    new_recovery_codes,
    new_secret,
    proof_of,
    shown_recovery_code,
    shown_secret,
    step_at,
)

_SECRET = b"12345678901234567890"
_NOW = datetime(2026, 4, 1, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1."""
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_of(_SECRET, step, digits=8) == code
    assert code_of(_SECRET, step) == code[2:]


@pytest.mark.parametrize("step", range(10))
def test_codes_are_those_of_rfc_4226(step: int) -> None:
    """Appendix D."""
    known = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert code_of(_SECRET, step) == known[step]


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_one_step(seconds: int, counts: bool) -> None:
    there = _NOW + timedelta(seconds=seconds)
    proof = proof_of(_SECRET, code_of(_SECRET, step_at(there)), _NOW)
    assert proof == Proof(step_at(there) if counts else None)


def test_a_code_is_read_as_it_is_typed_with_an_input_method_and_with_spaces() -> None:
    code = code_of(_SECRET, step_at(_NOW))
    wide = code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    for typed in (code, wide, f"{wide[:3]}　{wide[3:]}", f" {code[:3]} {code[3:]} "):
        assert proof_of(_SECRET, typed, _NOW).step == step_at(_NOW)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "二百", "٣٤٥٦٧٨", "²²²²²²"])
def test_what_is_no_code_proves_nothing(typed: str) -> None:
    assert proof_of(_SECRET, typed, _NOW).step is None
    assert proof_of(None, code_of(_SECRET, step_at(_NOW)), _NOW) == Proof(None)


def test_recovery_codes_differ_and_are_read_as_they_are_shown() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        shown = shown_recovery_code(code)
        assert len(shown.split("-")) == 6
        assert proof_of(None, shown.lower(), _NOW) == proof_of(None, code, _NOW) == Proof(None, code)


def test_an_app_is_told_the_secret_and_whose_it_is() -> None:
    secret = new_secret()
    address = urlsplit(app_address(secret, "森+a@example.jp"))
    told = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert told["secret"] == [shown_secret(secret).replace(" ", "")]
    assert told["issuer"] == ["CRM Pipelines"]
    assert "森" not in address.path
    assert len(shown_secret(secret).split()) == 8

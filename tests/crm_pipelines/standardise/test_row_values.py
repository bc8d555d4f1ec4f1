from typing import Any

import pytest

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.rules.mapping import StreamMapping
from crm_pipelines.rules.value_source import ValueSource
from crm_pipelines.standardise.row_values import interaction_columns, read_flag, read_text, row_texts


def mapping(**fields: Any) -> StreamMapping:
    return StreamMapping.model_validate({"fields": fields})


def source(written: Any) -> ValueSource:
    return ValueSource.model_validate(written)


def test_lines_of_one_value_are_joined_and_several_values_kept() -> None:
    row: dict[str, JsonValue] = {"a1": "東京都", "a2": "千代田区", "p1": "03", "p2": "", "p3": "04"}
    texts = row_texts(mapping(address=["a1", "a2"], phone=["p1", "p2", "p3"], email="none"), row)
    assert texts.one("address") == "東京都 千代田区"
    assert (texts.one("phone"), texts.all("phone")) == ("03", ("03", "04"))
    assert (texts.one("email"), texts.all("email")) == (None, ())
    assert texts.raw() == {"address": "東京都\n千代田区", "phone": "03\n04"}


def test_values_that_are_no_text_become_text() -> None:
    assert read_text(source("n"), {"n": 1200}) == "1200"
    assert read_text(source("n"), {"n": True}) == "true"
    assert read_text(source("n"), {"n": None}) is None
    assert row_texts(mapping(tags="t"), {"t": ["a", "b"]}).all("tags") == ("a", "b")


@pytest.mark.parametrize(
    ("text", "flag"), [("Yes", True), ("1", True), (False, False), ("off", False), ("maybe", None), ("", None)]
)
def test_flag_is_yes_no_or_nothing_said(text: JsonValue, flag: bool | None) -> None:
    assert read_flag(source("f"), {"f": text}) is flag


def columns(**row: JsonValue) -> dict[str, Any] | None:
    fields = {name: source(name) for name in ("happened_at", "channel", "amount", "currency", "score")}
    return interaction_columns(fields, row, "Asia/Tokyo")


def test_interaction_needs_a_time_and_a_channel() -> None:
    assert columns(channel="call") is None
    assert columns(happened_at="2026-03-01") is None
    assert columns(channel="call", happened_at="soon") is None


def test_amount_is_kept_as_exact_text_with_its_currency() -> None:
    found = columns(
        channel="purchase", happened_at="2026-03-01 09:00", amount="¥1,234,567.10", currency="JPY", score="4.5"
    )
    assert found is not None
    assert (found["amount"], found["currency"], found["score"]) == ("1234567.1", "JPY", 4.5)
    assert found["happened_at"].isoformat() == "2026-03-01T00:00:00+00:00"


def test_currency_without_an_amount_is_not_kept() -> None:
    found = columns(channel="call", happened_at="2026-03-01", currency="JPY")
    assert found is not None
    assert (found["amount"], found["currency"]) == (None, None)

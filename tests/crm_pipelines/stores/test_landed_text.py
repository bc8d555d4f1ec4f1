import json

import pytest

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.landed_text import json_text, note_columns, safe_text


def test_text_stays_as_it_is_and_in_its_order() -> None:
    assert json_text({"氏名": "髙橋", "a": None}, source="erp") == '{"氏名":"髙橋","a":null}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("\ud83d\ude00", "😀"),  # a pair in two halves is one character
        ("\ud83d", "�"),
        ("a\udc8fb", "a�b"),  # an undecodable byte of a mail
    ],
)
def test_half_characters_are_made_storable(value: str, expected: str) -> None:
    assert safe_text(value) == expected
    assert json.loads(json_text({value: value}, source="mail").encode()) == {expected: expected}


def test_numbers_that_json_lacks_are_replaced() -> None:
    value = {"a": [float("nan"), {"b": float("-inf")}], "c": 1.5}
    assert json.loads(json_text(value, source="erp")) == {"a": [None, {"b": "-inf"}], "c": 1.5}


def test_control_characters_survive_as_escapes() -> None:
    assert json.loads(json_text({"a": "x\x00\n"}, source="erp")) == {"a": "x\x00\n"}


def test_a_value_that_is_not_json_is_the_connectors_fault_and_not_shown() -> None:
    with pytest.raises(ContractError) as caught:
        json_text({"a": {"secret"}}, source="erp")
    assert str(caught.value) == "landing.not_json(source='erp')"


def test_columns_gather_the_types_seen() -> None:
    seen: dict[str, set[str]] = {}
    note_columns(seen, {"a": 1, "b": True, "c": [1]})
    note_columns(seen, {"a": "x", "d": None})
    assert seen == {"a": {"integer", "string"}, "b": {"boolean"}, "c": {"array"}, "d": {"null"}}

"""Where a value comes from, in every shape a mapping may write."""

import pytest
from pydantic import ValidationError

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.rules.value_source import ValueSource, look_up

ROW: dict[str, JsonValue] = {
    "氏名": "田中 太郎",
    "電話1": "03-1111-2222",
    "電話2": "",
    "電話3": "090-1111-2222",
    "区分": 1,
    "ok": True,
    "via": {"channel": "email", "source": {"from": {"address": "a@b.example.jp"}}},
    "via.dotted": "exact",
    "identities": [{"value": "x"}, {"value": "y"}, {"other": 1}],
    "tags": ["a", "b"],
}


def source(written: object) -> ValueSource:
    return ValueSource.model_validate(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("氏名", ("田中 太郎",)),
        ("missing", ()),
        (["電話1", "電話2", "電話3"], ("03-1111-2222", "090-1111-2222")),
        ({"first_of": ["電話2", "電話3", "電話1"]}, ("090-1111-2222",)),
        ({"first_of": ["電話2", "missing"]}, ()),
        ({"value": "JPY"}, ("JPY",)),
        ({"from": "区分", "values": {"1": "person"}}, ("person",)),
        ({"from": "区分", "values": {"2": "person"}}, ()),
        ({"from": "区分", "values": {"2": "person"}, "otherwise": "auto"}, ("auto",)),
        ({"from": "missing", "values": {"2": "person"}, "otherwise": "auto"}, ("auto",)),
        ({"from": "ok", "values": {"true": "yes"}}, ("yes",)),
        ("via.channel", ("email",)),
        ("via.source.from.address", ("a@b.example.jp",)),
        ("via.dotted", ("exact",)),
        ("via.nothing", ()),
        ("tags", (["a", "b"],)),
    ],
)
def test_values_of_a_row(written: object, expected: tuple[JsonValue, ...]) -> None:
    assert source(written).read(ROW) == expected


def test_path_through_a_list_reads_each_of_its_objects() -> None:
    assert look_up(ROW, "identities.value") == ["x", "y"]


@pytest.mark.parametrize(
    "written",
    ["", "  ", [], [""], ["a", {"b": "c"}], {}, {"form": "x"}, {"value": "x", "from": "y"}, {"from": ["a"]}, None]
    + [{"first_of": "a"}, {"first_of": []}, {"from": "a", "vals": {}}],
)
def test_other_shapes_are_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        source(written)


def test_outcomes_are_known_of_constants_and_translations_only() -> None:
    assert source({"value": "marketing"}).outcomes == frozenset({"marketing"})
    translated = {"from": "a", "values": {"x": "true", "y": "false"}, "otherwise": "false"}
    assert source(translated).outcomes == frozenset({"true", "false"})
    assert source("a").outcomes is None


def test_a_source_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        source("a").constant = "b"


def test_a_source_survives_being_written_down_and_read() -> None:
    for written in ("a", ["a", "b"], {"value": "x"}, {"from": "a", "values": {"x": "y"}}, {"first_of": ["a", "b"]}):
        assert source(source(written).model_dump()) == source(written)

import json

from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.source_schema import ENOUGH_ROWS, Differences, SourceSchema, shape_of


def row(stream: str = "main", **data: JsonValue) -> DeliveredRow:
    return DeliveredRow("1", data, "p", stream)


def known(*rows: DeliveredRow, is_settled: bool = True) -> SourceSchema:
    """A schema as it comes back from a manifest."""
    schema = SourceSchema()
    schema.merge(shape_of(rows), has_columns=True)
    return SourceSchema.from_json(json.loads(json.dumps(schema.to_json(is_settled=is_settled))))


def differences(schema: SourceSchema, *rows: DeliveredRow, has_columns: bool = True) -> Differences:
    return schema.differences(shape_of(rows), has_columns=has_columns).get("main", Differences())


def test_rows_like_those_before_differ_in_nothing():
    assert not differences(known(row(a="x", b=1)), row(a="y", b=2), row(a=None, b=None))


def test_a_new_and_a_missing_column_of_a_table_are_seen_in_one_row():
    found = differences(known(row(a="x", b="y")), row(a="x", c="y"))
    assert (found.new, found.missing) == (("c",), ("b",))


def test_a_column_that_not_every_row_had_is_not_missed():
    assert not differences(known(row(a="x", b="y"), row(a="x")), row(a="x"))


def test_a_field_of_documents_is_missed_only_when_enough_rows_had_it_and_enough_lack_it():
    before = known(*[row(a="x", b="y")] * ENOUGH_ROWS)
    few, many = [row(a="x")] * (ENOUGH_ROWS - 1), [row(a="x")] * ENOUGH_ROWS
    assert not differences(before, *few, has_columns=False)
    assert differences(before, *many, has_columns=False).missing == ("b",)
    assert not differences(before, *many, row(a="x", b="y"), has_columns=False)


def test_another_type_is_seen_and_a_whole_number_is_a_number():
    assert differences(known(row(a=1.5)), row(a=2)).retyped == {}
    assert differences(known(row(a=1)), row(a="1")).retyped == {"a": ({"integer", "number"}, {"string"})}
    assert not differences(known(row(a=None)), row(a=[1]))


def test_a_source_that_was_never_read_to_its_end_has_no_shape_yet():
    assert not differences(known(row(a="x"), is_settled=False), row(b="x"))


def test_rows_that_could_not_be_read_and_deletions_have_no_shape():
    rows = [
        DeliveredRow("1", {"raw": "?"}, "p", fault=Fault("row.not_json")),
        DeliveredRow("1", {}, "p", is_deleted=True),
    ]
    assert shape_of(rows) == {}


def test_the_column_in_which_a_row_differs_is_named():
    found = differences(known(row(a="x", b=1)), row(a="x", b=1), row(a="x", b="1"), row(a="x", c=1))
    assert found.concern({"a": "x", "b": 1}) is None
    assert found.concern({"a": "x", "b": "1"}) == "b"
    assert found.concern({"a": "x"}) == "b"
    assert found.concern({"a": "x", "b": 1, "c": 1}) == "c"


def test_streams_have_shapes_of_their_own():
    schema = known(row(a="x"), row("tickets", b="x"))
    assert schema.differences(shape_of([row("tickets", a="x"), row("orders", z=1)]), has_columns=True) == {
        "tickets": Differences(("a",), ("b",), {})
    }


def test_a_column_that_is_renamed_and_renamed_back_is_missed_both_times():
    schema = known(row(a="x", email="y"))
    for old, new in (("email", "mail"), ("mail", "email"), ("email", "mail")):
        page = shape_of([row(a="x", **{new: "y"})])
        found = schema.differences(page, has_columns=True)["main"]
        assert (found.missing, found.new) == ((old,), (new,))
        schema.merge(page, has_columns=True)
        schema = SourceSchema.from_json(schema.to_json(is_settled=True))


def test_files_of_several_shapes_that_were_first_read_together_go_on_side_by_side():
    schema = SourceSchema()
    for first in (row(a="x", b="y"), row(a="x", c="z")):
        schema.merge(shape_of([first]), has_columns=True)
    schema = SourceSchema.from_json(schema.to_json(is_settled=True))
    for later in (row(a="x", c="z"), row(a="x", b="y"), row(a="x")):
        page = shape_of([later])
        assert not schema.differences(page, has_columns=True)
        schema.merge(page, has_columns=True)


def test_a_field_of_documents_that_goes_is_not_forgotten():
    schema = known(*[row(a="x", b="y")] * ENOUGH_ROWS)
    page = shape_of([row(a="x")])
    schema.merge(page, has_columns=False)
    assert not differences(schema, *[row(a="x")] * ENOUGH_ROWS, has_columns=False)
    assert "b" in schema.streams["main"].columns

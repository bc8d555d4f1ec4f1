"""Literals, pages and values of OData version 2."""

from datetime import date

import pytest

from connectors.kit.http_answers import Answer
from connectors.kit.odata_v2 import any_of, day_literal, odata_page, plain, text_literal
from crm_pipelines.model.errors import FatalSourceError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/Date(1767312000000)/", "2026-01-02"),
        ("/Date(1767312000001)/", "2026-01-02T00:00:00.001000"),
        ("/Date(1767323045000)/", "2026-01-02T03:04:05"),
        ("/Date(1767225600000+0540)/", "2026-01-01T09:00:00+09:00"),
        ("/Date(1767225600000+0000)/", "2026-01-01T00:00:00+00:00"),
        ("/Date(1767225600000-0300)/", "2025-12-31T19:00:00-05:00"),
        ("/Date(-62135596800000)/", "0001-01-01"),
        ("/Date(253402214400000)/", "9999-12-31"),
        ("/Date(253402300799000+0540)/", "/Date(253402300799000+0540)/"),
        ("/Date(99999999999999999)/", "/Date(99999999999999999)/"),
        ("/Date(1767225600000+9999)/", "/Date(1767225600000+9999)/"),
        ("PT03H04M05S", "03:04:05"),
        ("PT3H4M5.5S", "03:04:05"),
        ("PT", "PT"),
        ("PT Mandiri", "PT Mandiri"),
        (None, None),
        (0, 0),
        ("", ""),
    ],
)
def test_dates_and_times_become_iso_and_nothing_else_changes(written, read):
    assert plain(written) == read


def test_wrapping_goes():
    value = {
        "__metadata": {"uri": "x"},
        "name": "a",
        "to_Bank": {"__deferred": {"uri": "x"}},
        "to_Tax": {"results": [{"__metadata": {}, "n": "1"}]},
        "to_Customer": None,
        "results": "a field of this name stays",
    }
    kept = {"name": "a", "to_Tax": [{"n": "1"}], "to_Customer": None, "results": "a field of this name stays"}
    assert plain(value) == kept


def test_literals_are_quoted():
    assert text_literal("O'Neill' or 'a' eq 'a") == "'O''Neill'' or ''a'' eq ''a'"
    assert day_literal(date(2026, 1, 2)) == "datetime'2026-01-02T00:00:00'"
    assert any_of("BusinessPartner", ["1", "2"]) == "BusinessPartner eq '1' or BusinessPartner eq '2'"


def _answer(json):
    return Answer(200, {}, b"", {"source": "erp", "host": "h", "path": "/p", "status": 200}, json)


def test_a_page_tells_what_comes_next():
    page = odata_page(_answer({"d": {"results": [1], "__count": "12", "__next": "https://h/p?$skiptoken=7&$top=5"}}))
    assert (page.values, page.count, page.next_query) == ([1], 12, {"$skiptoken": "7", "$top": "5"})
    assert odata_page(_answer({"d": {"results": []}})).next_query is None


@pytest.mark.parametrize("json", [{"value": []}, {"d": []}, {"d": {"results": None}}, []])
def test_an_answer_of_another_shape_is_no_page(json):
    with pytest.raises(FatalSourceError, match="unexpected_answer"):
        odata_page(_answer(json))

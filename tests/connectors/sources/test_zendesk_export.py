"""Exports of Zendesk Support."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored

EXPORT: dict[str, Any] = {
    "users": [
        {"id": 11, "name": "佐藤", "email": "s@example.jp", "organization_id": 5, "active": True},
        {"id": 12, "name": "gone", "role": "end-user", "organization_id": None, "active": False},
    ],
    "organizations": [{"id": 5, "name": "株式会社サンプル", "domain_names": ["example.jp"], "notes": "x"}],
    "tickets": [{"id": 7, "requester_id": 11, "subject": "質問"}, {"id": 8, "requester_id": 11, "status": "deleted"}],
}


def drop(folder: Path, content: Any, name: str = "export.json") -> None:
    (folder / "in").mkdir(exist_ok=True)
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    (folder / "in" / name).write_bytes(raw)


def pages(folder: Path, bookmark: Any = None, **options: Any) -> list[Page]:
    return read(connector("zendesk_export", folder, {"path": "in", **options}), bookmark)


def check_rows(found: list[Page]) -> None:
    rows = rows_of(found)
    assert [(row.stream, row.key, row.is_deleted) for row in rows] == [
        ("users", "11", False),
        ("users", "12", True),
        ("tickets", "ticket/7", False),
        ("tickets", "ticket/8", True),
    ]
    assert rows[0].data["organization"] == {"id": 5, "name": "株式会社サンプル", "domain_names": ["example.jp"]}
    assert rows[1].data["organization"] is None


def test_one_document_gives_users_with_their_organisation_and_tickets(tmp_path):
    drop(tmp_path, EXPORT)
    check_rows(pages(tmp_path))


def test_separate_files_give_the_same(tmp_path):
    drop(tmp_path, {"users": EXPORT["users"], "count": 2}, "users.json")
    drop(tmp_path, EXPORT["organizations"], "organizations.json")
    lines = "\n".join(json.dumps(ticket) for ticket in EXPORT["tickets"])
    drop(tmp_path, lines.encode(), "tickets.jsonl")
    check_rows(pages(tmp_path))


def test_json_lines_of_everything_give_the_same(tmp_path):
    elements = [*EXPORT["organizations"], *EXPORT["users"], *EXPORT["tickets"]]
    drop(tmp_path, "".join(json.dumps(element) + "\n" for element in elements).encode(), "all.json")
    drop(tmp_path, b"", "empty.json")
    check_rows(pages(tmp_path))


def test_documents_as_lines_give_the_same(tmp_path):
    drop(tmp_path, "".join(json.dumps({kind: EXPORT[kind]}) + "\n" for kind in EXPORT).encode(), "pages.jsonl")
    check_rows(pages(tmp_path))


def test_a_changed_organisation_brings_its_users_again(tmp_path):
    drop(tmp_path, EXPORT["users"], "users.json")
    drop(tmp_path, EXPORT["organizations"], "organizations.json")
    first = pages(tmp_path)
    assert pages(tmp_path, stored(first[-1].bookmark)) == []
    drop(tmp_path, [{"id": 5, "name": "新社名"}], "organizations.json")
    rows = rows_of(pages(tmp_path, stored(first[-1].bookmark)))
    assert rows[0].data["organization"] == {"id": 5, "name": "新社名", "domain_names": None}


@pytest.mark.parametrize("n_lost", [1, 5, 60, 200])
def test_half_a_document_gives_nothing_and_says_where_it_breaks_off(tmp_path, n_lost):
    whole = json.dumps(EXPORT, ensure_ascii=False).encode()
    drop(tmp_path, whole[:-n_lost])
    with pytest.raises(FatalSourceError) as caught:
        next(iter(connector("zendesk_export", tmp_path, {"path": "in"}).pages(None)))
    assert caught.value.code in ("source.truncated_json", "source.undecodable")
    assert caught.value.facts["file"] == "export.json"
    assert 0 < int(caught.value.facts["byte_offset"] or 0) <= len(whole)
    assert "example" not in str(caught.value)


def test_half_a_last_line_gives_nothing(tmp_path):
    drop(tmp_path, b'{"id": 1, "role": "end-user"}\n{"id": 2, "ro', "users.jsonl")
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert (caught.value.code, caught.value.facts["byte_offset"]) == ("source.truncated_json", 43)


def test_what_is_no_json_is_named_with_its_place(tmp_path):
    drop(tmp_path, b'{"users": [}]}')
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert (caught.value.code, caught.value.facts["byte_offset"]) == ("source.not_json", 11)


@pytest.mark.parametrize("name", ["export.json", "export.jsonl"])
def test_a_sign_in_page_in_place_of_json_is_named(tmp_path, name):
    drop(tmp_path, b"<!DOCTYPE html>\n<html>Sign in to acme.zendesk.com</html>\n", name)
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert caught.value.code == "source.unexpected_html"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (None, "row.not_an_object"),
        ("text", "row.not_an_object"),
        ([1], "row.not_an_object"),
        ({"name": "no id"}, "row.missing_key"),
        ({"id": 3, "name": "a\u0000b"}, "row.nul_bytes"),
        ({"id": 3, "notes": "x" * 2_000_000}, "row.cell_too_large"),
    ],
)
@pytest.mark.parametrize("kind", ["users", "tickets"])
def test_a_broken_element_loses_only_itself(tmp_path, kind, bad, code):
    drop(tmp_path, {**EXPORT, kind: [bad, *EXPORT[kind]]})
    rows = rows_of(pages(tmp_path))
    assert [row.fault.code for row in rows if row.fault] == [code]
    assert len(rows) == 5


def test_a_broken_line_and_an_unknown_one_lose_only_themselves(tmp_path):
    drop(tmp_path, b'{"id": 1, "role": "agent"}\n{oops\n{"color": "red"}\n{"id": 2, "email": "x@y"}\n', "dump.jsonl")
    rows = rows_of(pages(tmp_path))
    assert {row.key for row in rows if row.fault is None} == {"1", "2"}
    assert [row.fault.code for row in rows if row.fault] == ["row.not_json", "row.unknown_kind"]


def test_keys_are_those_of_the_source_not_of_the_place(tmp_path):
    drop(tmp_path, {"users": [{"id": "0012"}]})
    assert keys_of(pages(tmp_path)) == ["0012"]

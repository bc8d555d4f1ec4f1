"""Submissions in files of JSON lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.paths import OpenedFile
from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored

OPTIONS: dict[str, Any] = {"path": "inbox"}
FIRST = b'{"submission_id": "s1", "name": "\xe5\xb1\xb1"}\n'


def drop(folder: Path, content: bytes, name: str = "form.jsonl") -> None:
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "inbox" / name).write_bytes(content)


def pages(folder: Path, bookmark: Any = None, **options: Any) -> list[Page]:
    return read(connector("web_form", folder, {**OPTIONS, **options}), bookmark)


def test_half_a_last_line_waits_for_the_rest(tmp_path):
    drop(tmp_path, FIRST + b'{"submission_id": "s2", "na')
    first = pages(tmp_path)
    drop(tmp_path, FIRST + b'{"submission_id": "s2", "name": "x"}\n')
    second = pages(tmp_path, stored(first[-1].bookmark))
    assert (keys_of(first), keys_of(second)) == (["s1"], ["s2"])
    assert rows_of(second)[0].position == "form.jsonl:2"


def test_a_whole_last_line_without_its_end_does_not_wait(tmp_path):
    drop(tmp_path, FIRST + FIRST.replace(b"s1", b"s2")[:-1])
    first = pages(tmp_path)
    drop(tmp_path, FIRST + FIRST.replace(b"s1", b"s2") + FIRST.replace(b"s1", b"s3"))
    assert keys_of(first) == ["s1", "s2"]
    assert keys_of(pages(tmp_path, stored(first[-1].bookmark))) == ["s3"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b"{'submission_id': 1}", "row.not_json"),
        (b"not json", "row.not_json"),
        (b'{"submission_id": "s2", "x": NaN}', "row.not_json"),
        (b"[" * 100_000, "row.not_json"),
        (b"[1, 2]", "row.not_an_object"),
        (b"null", "row.not_an_object"),
        (b'{"name": "x"}', "row.missing_key"),
        (b'{"submission_id": ""}', "row.missing_key"),
        (b'{"submission_id": ["s2"]}', "row.missing_key"),
        (b'{"submission_id": "s2", "x": "\xff"}', "row.undecodable"),
        (b'{"submission_id": "s2", "x": "\\ud800"}', "row.undecodable"),
        (b'{"submission_id": "s2", "x": "a\\u0000"}', "row.nul_bytes"),
        (b'{"submission_id": "s2", "x": {"deep": ["a\\u0000"]}}', "row.nul_bytes"),
        (b'{"submission_id": "s2", "x": "' + b"y" * 10_000_000 + b'"}', "row.cell_too_large"),
    ],
)
def test_a_bad_line_loses_only_itself(tmp_path, bad, code):
    drop(tmp_path, FIRST + bad + b"\n" + FIRST.replace(b"s1", b"s3"))
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows if row.fault is None] == ["s1", "s3"]
    assert [(row.fault.code, row.position) for row in rows if row.fault] == [(code, "form.jsonl:2")]
    assert len(json.dumps(dict(rows[1].data))) < 200_000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \n"])
def test_a_file_without_submissions_is_no_error(tmp_path, content):
    drop(tmp_path, content)
    assert rows_of(pages(tmp_path)) == []


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    drop(tmp_path, b"\xef\xbb\xbf" + FIRST)
    assert keys_of(pages(tmp_path)) == ["s1"]


def test_an_empty_inbox_is_no_error_and_a_missing_one_is(tmp_path):
    (tmp_path / "inbox").mkdir()
    assert pages(tmp_path) == []
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path, path="nowhere/*.jsonl")
    assert (caught.value.code, caught.value.facts["path"]) == ("source.not_found", "nowhere/*.jsonl")


def test_a_web_page_in_place_of_json_is_named(tmp_path):
    drop(tmp_path, b"<html><title>502 Bad Gateway</title></html>")
    for attempt in (lambda: pages(tmp_path), connector("web_form", tmp_path, OPTIONS).check):
        with pytest.raises(FatalSourceError) as caught:
            attempt()
        assert caught.value.code == "source.unexpected_html"


def test_a_number_can_be_the_key_and_another_field_can_hold_it(tmp_path):
    drop(tmp_path, b'{"id": 17}\n')
    assert keys_of(pages(tmp_path, key="id")) == ["17"]


def test_submissions_of_many_small_files_share_pages(tmp_path):
    for number in range(25):
        drop(tmp_path, FIRST.replace(b"s1", f"s{number:02}".encode()), f"{number:02}.jsonl")
    found = pages(tmp_path, page_size=10)
    assert [len(page.rows) for page in found if page.rows] == [10, 10, 5]
    assert pages(tmp_path, stored(found[-1].bookmark)) == []


def test_what_the_inbox_received_is_not_looked_through_again(tmp_path, monkeypatch):
    drop(tmp_path, FIRST, "received-000000000001.jsonl")
    drop(tmp_path, FIRST.replace(b"s1", b"s2"), "form.jsonl")
    first = pages(tmp_path)
    looked_at: list[str] = []
    digest_at = OpenedFile.digest_at
    monkeypatch.setattr(OpenedFile, "digest_at", lambda file, n: looked_at.append(file.name) or digest_at(file, n))
    assert pages(tmp_path, stored(first[-1].bookmark)) == []
    assert set(looked_at) == {"form.jsonl"}
    drop(tmp_path, FIRST + FIRST.replace(b"s1", b"s3"), "received-000000000001.jsonl")
    assert keys_of(pages(tmp_path, stored(first[-1].bookmark))) == ["s3"]

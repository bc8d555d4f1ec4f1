"""Exports as files: what real ones look like, and what they cost when they are spoiled."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored

OPTIONS: dict[str, Any] = {"path": "in/*", "key": "番号"}
HEADER = "番号,氏名,住所\r\n"
ROWS = [f"C{i:03},山田太郎{i},東京都千代田区\r\n" for i in range(1, 5)]
WHOLE = HEADER + "".join(ROWS)
KEYS = ["C001", "C002", "C003", "C004"]


def drop(folder: Path, content: bytes | str, name: str = "kunden.csv", encoding: str = "utf-8") -> None:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / name).write_bytes(content.encode(encoding) if isinstance(content, str) else content)


def pages(folder: Path, bookmark: Any = None, **options: Any) -> list[Page]:
    return read(connector("files", folder, {**OPTIONS, **options}), bookmark)


def faults(rows: list[DeliveredRow]) -> list[tuple[str, str]]:
    return [(row.fault.code, row.position) for row in rows if row.fault is not None]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le", "utf-16-be", "iso-2022-jp"]
)
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_every_encoding_and_line_end_is_found(tmp_path, encoding, line_end):
    drop(tmp_path, WHOLE.replace("\r\n", line_end), encoding=encoding)
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows] == KEYS
    assert dict(rows[0].data) == {"番号": "C001", "氏名": "山田太郎1", "住所": "東京都千代田区"}


@pytest.mark.parametrize(
    ("label", "raw"), [("Shift_JIS", b"\xfb\xfc\x8b\xb4\x87\x8a"), ("EUC-JP", b"\xfc\xe2\xb6\xb6\xad\xea")]
)
def test_a_declared_encoding_means_what_windows_means_by_it(tmp_path, label, raw):
    drop(tmp_path, HEADER.encode("cp932" if label == "Shift_JIS" else "euc_jp") + b"1," + raw + b",x\r\n")
    (row,) = rows_of(pages(tmp_path, encoding=label))
    assert row.data["氏名"] == "髙橋㈱"


def test_an_encoding_that_the_file_contradicts_stops_before_a_name_is_garbled(tmp_path):
    drop(tmp_path, WHOLE)
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path, encoding="cp932")
    assert caught.value.code == "source.wrong_encoding"
    assert caught.value.facts == {"file": "kunden.csv", "found": "utf-8", "expected": "cp932"}


def test_an_unknown_encoding_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"source\.unknown_encoding"):
        pages(tmp_path, encoding="shift_jos")


def test_half_width_kana_in_cp932_are_not_taken_for_euc(tmp_path):
    drop(tmp_path, "番号,氏名\r\n1,ﾔﾏﾀﾞ ﾀﾛｳ\r\n2,ｽｽﾞｷ\r\n", encoding="cp932")
    assert [row.data["氏名"] for row in rows_of(pages(tmp_path))] == ["ﾔﾏﾀﾞ ﾀﾛｳ", "ｽｽﾞｷ"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_line_that_cannot_be_decoded_loses_only_itself_and_keeps_its_key(tmp_path, encoding):
    whole = WHOLE.encode(encoding)
    drop(tmp_path, whole.replace("山田太郎2".encode(encoding), b"\x81\xff\xfe"))
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.undecodable", "kunden.csv:3")]
    assert [row.key for row in rows] == KEYS
    assert rows[1].data["raw_encoding"] == "base64"


@pytest.mark.parametrize("content", ["", "\r\n\r\n", "\ufeff", HEADER, HEADER[:-2], "得意先一覧\r\n\r\n" + HEADER])
def test_a_file_without_rows_is_no_error(tmp_path, content):
    drop(tmp_path, content)
    assert rows_of(pages(tmp_path)) == []


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.jsonl"])
def test_an_empty_file_of_any_format_is_no_error_and_no_complete_read(tmp_path, name):
    drop(tmp_path, b"", name)
    (page,) = pages(tmp_path, complete=True)
    assert (page.rows, page.ends_complete_read) == ((), False)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.jsonl", "a.tsv"])
def test_a_web_page_in_place_of_a_table_is_named(tmp_path, name):
    drop(tmp_path, "\n<!DOCTYPE html><html><body>Sign in, hanako@example.jp</body></html>", name)
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert caught.value.code == "source.unexpected_html"
    assert "hanako" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_a_spoiled_workbook_is_fatal(tmp_path, name):
    drop(tmp_path, b"PK\x03\x04 nonsense" * 20, name)
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path)
    assert caught.value.code == "source.unreadable_file"


def test_no_header_with_the_key_is_fatal_and_names_the_column(tmp_path):
    drop(tmp_path, WHOLE)
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path, key="顧客番号")
    assert (caught.value.code, caught.value.facts["column"]) == ("source.no_such_column", "顧客番号")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_by_the_header(tmp_path, delimiter):
    drop(tmp_path, WHOLE.replace(",", delimiter).replace("東京都", "a,b;c|d\te".replace(delimiter, "")))
    assert keys_of(pages(tmp_path)) == KEYS


def test_titles_above_the_header_and_totals_below_the_rows_are_no_rows(tmp_path):
    drop(tmp_path, "得意先マスター一覧,,\r\n\r\n期間:2024,,\r\n" + WHOLE + ",,\r\n合計,,4件\r\n", encoding="cp932")
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows] == [*KEYS, None]
    assert faults(rows) == [("row.totals_line", "kunden.csv:10")]
    assert rows[0].position == "kunden.csv:5"


def test_a_customer_called_total_is_a_row(tmp_path):
    drop(tmp_path, "氏名,番号\r\n合計,C1\r\nTotal,\r\n")
    rows = rows_of(pages(tmp_path))
    assert [(row.key, row.fault.code if row.fault else None) for row in rows] == [
        ("C1", None),
        (None, "row.totals_line"),
    ]


@pytest.mark.parametrize("bad", ["C002,山田\r\n", "C002,山田,太郎,東京\r\n"])
def test_too_many_or_too_few_columns_keep_the_line(tmp_path, bad):
    drop(tmp_path, WHOLE.replace(ROWS[1], bad))
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.column_count", "kunden.csv:3")]
    assert rows[1].fault is not None
    assert dict(rows[1].fault.facts) == {"file": "kunden.csv", "row": 3, "found": bad.count(",") + 1, "expected": 3}
    assert (rows[1].key, keys_of(pages(tmp_path))) == ("C002", KEYS)


def test_delimiters_at_the_end_of_each_line_are_no_columns(tmp_path):
    drop(tmp_path, WHOLE.replace("区\r\n", "区,,\r\n"))
    assert faults(rows_of(pages(tmp_path))) == []


def test_blank_and_duplicate_headers_get_names(tmp_path):
    drop(tmp_path, "番号,電話,電話,,電話_2\r\n1,a,b,c,d\r\n")
    (row,) = rows_of(pages(tmp_path))
    assert dict(row.data) == {"番号": "1", "電話": "a", "電話_2": "b", "column_4": "c", "電話_2_2": "d"}


def test_quoted_cells_hold_line_ends_delimiters_and_quotes(tmp_path):
    drop(tmp_path, HEADER + '"C1","a\r\nb","x,""y"""\r\nC2,5" pipe,z\r\n"C3" ,"",\r\n')
    rows = rows_of(pages(tmp_path))
    assert [dict(row.data) for row in rows] == [
        {"番号": "C1", "氏名": "a\r\nb", "住所": 'x,"y"'},
        {"番号": "C2", "氏名": '5" pipe', "住所": "z"},
        {"番号": "C3", "氏名": "", "住所": ""},
    ]
    assert [row.position for row in rows] == ["kunden.csv:2", "kunden.csv:4", "kunden.csv:5"]


@pytest.mark.parametrize(
    "bad", ['C002,"山田,東京\r\n', '"C002",山"田",東"京\r\n', '"C002","山田"x,東京\r\n', '"C002,"山田","東京"\r\n']
)
def test_a_stray_quote_swallows_no_other_row(tmp_path, bad):
    drop(tmp_path, WHOLE.replace(ROWS[1], bad))
    rows = rows_of(pages(tmp_path))
    assert [row.key for row in rows if row.key != "C002" and row.key is not None] == ["C001", "C003", "C004"]
    assert len(rows) == 4


def test_two_stray_quotes_far_apart_swallow_no_rows_between(tmp_path):
    lines = [f"{i},name,town\r\n" for i in range(1, 200)]
    lines[20], lines[120] = '21,"name,town\r\n', '121,name",town\r\n'
    drop(tmp_path, HEADER + "".join(lines))
    rows = rows_of(pages(tmp_path))
    assert len(rows) == 199
    assert faults(rows) == [("row.broken_quotes", "kunden.csv:22")]


@pytest.mark.parametrize("missing", ["", "  ", "\u3000"])
def test_a_row_without_key_gets_a_fault(tmp_path, missing):
    drop(tmp_path, WHOLE.replace("C002", missing))
    assert faults(rows_of(pages(tmp_path))) == [("row.missing_key", "kunden.csv:3")]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r")), min_size=2, max_size=2)))
def test_what_a_csv_writer_writes_is_what_is_read(rows):
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([["番号", "a", "b"], *([f"C{number}", *row] for number, row in enumerate(rows))])
    with tempfile.TemporaryDirectory() as folder:
        drop(Path(folder), text.getvalue())
        found = rows_of(pages(Path(folder), encoding="utf-8", delimiter=","))
    assert [[row.data.get("a"), row.data.get("b")] for row in found if row.fault is None] == rows


def test_duplicate_keys_are_all_delivered_in_order(tmp_path):
    drop(tmp_path, WHOLE.replace("C002", "C001"))
    assert keys_of(pages(tmp_path)) == ["C001", "C001", "C003", "C004"]


def test_a_composite_key_is_joined_and_cannot_be_mistaken(tmp_path):
    drop(tmp_path, "番号;枝番\r\na|b;c\r\na;b|c\r\n1;\r\n")
    rows = rows_of(pages(tmp_path, key=["番号", "枝番"], delimiter=";"))
    assert [row.key for row in rows] == ["a%7Cb|c", "a|b%7Cc", None]


def test_rows_that_were_garbled_before_they_came_are_held_and_a_quotation_is_not(tmp_path):
    garbled = "山田さん".encode().decode("cp932", "replace"), "とうきょう".encode().decode("cp932", "replace")
    content = HEADER + f"C1,{garbled[0]},{garbled[1]}\r\nC2,山田,{garbled[1]} と出ます\r\nC3,cafÃ©Ã¨,Ã¼Ã¶\r\n"
    drop(tmp_path, content + "".join(ROWS))
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.mojibake", "kunden.csv:2"), ("row.mojibake", "kunden.csv:4")]
    assert [row.key for row in rows] == ["C1", "C2", "C3", *KEYS]


def test_nul_bytes_cost_their_row_only(tmp_path):
    drop(tmp_path, WHOLE.replace("太郎2", "太\x00郎"))
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.nul_bytes", "kunden.csv:3")]
    assert rows[1].fault is not None
    assert rows[1].fault.facts["field"] == "氏名"
    assert [row.key for row in rows] == KEYS


def test_a_cell_of_ten_megabytes_costs_its_row_only(tmp_path):
    drop(tmp_path, HEADER + f'C000,"{"x" * 9_999_990}\r\ny",東京\r\n' + "".join(ROWS))
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.cell_too_large", "kunden.csv:2")]
    assert [row.key for row in rows] == ["C000", *KEYS]
    assert max(len(str(value)) for row in rows for value in row.data.values()) < 100_000


def test_a_line_past_every_limit_is_stepped_over_in_bounded_memory(tmp_path):
    drop(tmp_path, (HEADER + ROWS[0] + "C9,").encode() + b"x" * (33 << 20) + b",y\r\n" + "".join(ROWS[1:]).encode())
    rows = rows_of(pages(tmp_path))
    assert faults(rows) == [("row.record_too_large", "kunden.csv:3")]
    assert [row.key for row in rows] == ["C001", None, "C002", "C003", "C004"]


def test_one_bad_row_of_a_hundred_thousand_is_one_fault(tmp_path):
    lines = [f"C{i:06},山田{i},東京都千代田区\r\n" for i in range(100_000)]
    lines[54_321] = "C054321,too,many,columns,here\r\n"
    drop(tmp_path, HEADER + "".join(lines), encoding="cp932")
    found = pages(tmp_path)
    assert sum(len(page.rows) for page in found) == 100_000
    assert faults(rows_of(found)) == [("row.column_count", "kunden.csv:54323")]
    assert max(len(page.rows) for page in found) <= 1000


def test_an_unchanged_file_is_not_read_again_even_when_dropped_anew(tmp_path):
    drop(tmp_path, WHOLE)
    bookmark = stored(pages(tmp_path)[-1].bookmark)
    (tmp_path / "in" / "kunden.csv").unlink()
    drop(tmp_path, WHOLE)
    assert pages(tmp_path, bookmark) == []


def test_a_changed_file_is_read_from_its_beginning(tmp_path):
    drop(tmp_path, WHOLE)
    bookmark = stored(pages(tmp_path)[-1].bookmark)
    drop(tmp_path, WHOLE.replace("C001", "C009"))
    assert keys_of(pages(tmp_path, bookmark)) == ["C009", *KEYS[1:]]


def test_a_last_line_without_its_end_is_read_once_more_when_it_grew(tmp_path):
    drop(tmp_path, HEADER + ROWS[0] + "C002,山田,東")
    first = pages(tmp_path)
    drop(tmp_path, HEADER + ROWS[0] + "C002,山田,東京\r\n" + ROWS[2])
    second = rows_of(pages(tmp_path, stored(first[-1].bookmark)))
    assert keys_of(first) == ["C001", "C002"]
    assert [(row.key, row.data["住所"]) for row in second] == [("C002", "東京"), ("C003", "東京都千代田区")]
    assert [row.position for row in second] == ["kunden.csv:3", "kunden.csv:4"]


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_every_page_of_a_file_without_a_last_line_end_is_a_place_to_go_on_from(tmp_path, page_size):
    drop(tmp_path, WHOLE[:-2])
    found = pages(tmp_path, page_size=page_size)
    for n_read in range(1, len(found) + 1):
        rest = pages(tmp_path, stored(found[n_read - 1].bookmark), page_size=page_size)
        assert keys_of(found[:n_read]) + keys_of(rest) == KEYS


@pytest.mark.parametrize("name", ["kunden.csv.tmp", ".kunden.csv", "~$kunden.xlsx", "kunden.csv.part", "readme.md"])
def test_files_that_are_not_ready_are_left_alone(tmp_path, name):
    drop(tmp_path, WHOLE)
    drop(tmp_path, "half", name)
    assert keys_of(pages(tmp_path, path="in")) == KEYS


def test_a_complete_read_shows_all_files_when_one_changed_and_ends_with_its_mark(tmp_path):
    drop(tmp_path, WHOLE, "a.csv")
    drop(tmp_path, HEADER + "D1,x,y\r\n", "b.csv")
    first = pages(tmp_path, complete=True, page_size=2)
    assert keys_of(first) == [*KEYS, "D1"]
    assert [page.ends_complete_read for page in first] == [False] * (len(first) - 1) + [True]
    bookmark = stored(first[-1].bookmark)
    assert pages(tmp_path, bookmark, complete=True) == []
    drop(tmp_path, HEADER + "D2,x,y\r\n", "b.csv")
    assert keys_of(pages(tmp_path, bookmark, complete=True)) == [*KEYS, "D2"]
    (tmp_path / "in" / "b.csv").unlink()
    assert keys_of(pages(tmp_path, bookmark, complete=True)) == KEYS


def test_a_complete_read_that_was_broken_off_starts_over(tmp_path):
    drop(tmp_path, WHOLE)
    first = pages(tmp_path, complete=True, page_size=2)
    again = pages(tmp_path, stored(first[0].bookmark), complete=True, page_size=2)
    assert keys_of(again) == KEYS
    assert again[-1].ends_complete_read


@pytest.mark.parametrize(
    ("content", "is_complete"),
    [
        (WHOLE, True),
        (HEADER, True),
        (WHOLE + "合計,,4\r\n", True),
        (WHOLE + ",nobody,here\r\n", True),
        (WHOLE + "C005,too,many,columns\r\n", True),
        (WHOLE + 'C005,"stray,quote\r\n', False),
    ],
)
def test_nobody_is_declared_absent_beside_a_row_that_may_be_anybodys(tmp_path, content, is_complete):
    drop(tmp_path, content)
    assert pages(tmp_path, complete=True)[-1].ends_complete_read is is_complete


def test_a_complete_source_without_a_file_is_an_error_and_not_a_read_of_zero_rows(tmp_path):
    (tmp_path / "in").mkdir()
    check = connector("files", tmp_path, {**OPTIONS, "complete": True}).check
    for attempt in (lambda: pages(tmp_path, complete=True), check):
        with pytest.raises(FatalSourceError) as caught:
            attempt()
        assert caught.value.code == "source.no_file"
    assert pages(tmp_path) == []


def test_json_lines_with_half_a_last_line_are_no_complete_read(tmp_path):
    drop(tmp_path, '{"番号": "1"}\n{"番号": "2', "a.jsonl")
    found = pages(tmp_path, complete=True)
    assert (keys_of(found), found[-1].ends_complete_read) == (["1"], False)


def test_a_header_line_can_be_declared(tmp_path):
    drop(tmp_path, "番号,x\r\n" + WHOLE)
    assert keys_of(pages(tmp_path, header_row=2)) == KEYS

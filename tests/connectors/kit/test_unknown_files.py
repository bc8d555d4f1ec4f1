"""What a file is, by its bytes; rows as the connector would read them."""

import json
from pathlib import Path

import polars as pl
import pytest

from connectors.kit.paths import SourceFile, opened
from connectors.kit.unknown_files import Tally, Wishes, flat, look, read_rows
from crm_pipelines.model.errors import FatalSourceError
from crm_pipelines.model.file_shape import FileRow, FileShape

_JAPANESE = "番号,氏名,住所\r\n1,山田太郎,東京都千代田区\r\n2,髙橋花子,大阪府大阪市北区\r\n"


def read(path: Path, wishes: Wishes | None = None) -> tuple[FileShape, list[FileRow], Tally]:
    tally = Tally()
    with opened(SourceFile(path, path.name)) as file:
        shape = look(file, wishes or Wishes())
        return shape, list(read_rows(file, shape, tally)), tally


def written(folder: Path, content: bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding", "has_mark"),
    [
        (_JAPANESE.encode(), "utf-8", False),
        (_JAPANESE.encode("utf-8-sig"), "utf-8", True),
        (_JAPANESE.encode("cp932"), "cp932", False),
        (_JAPANESE.replace("髙", "高").encode("euc_jp"), "euc_jp", False),
        (_JAPANESE.replace("髙", "高").encode("iso-2022-jp"), "iso-2022-jp", False),
        (b"\xff\xfe" + _JAPANESE.encode("utf-16-le"), "utf-16-le", True),
        (_JAPANESE.encode("utf-16-le"), "utf-16-le", False),
        (_JAPANESE.encode("utf-16-be"), "utf-16-be", False),
        ("id;Name\n1;José\n2;Müller\n3;Chloé Åkesson\n".encode("cp1252"), "cp1252", False),
        (b"id,name\n1,a\n", "utf-8", False),
    ],
)
def test_encoding_is_found(tmp_path: Path, content: bytes, encoding: str, has_mark: bool) -> None:
    shape, rows, _ = read(written(tmp_path, content))
    assert (shape.encoding, shape.has_mark) == (encoding, has_mark)
    assert all(row.fault is None for row in rows)
    assert "\ufffd" not in str(rows)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "~", "\x1f", "、"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [
        delimiter.join(["番号", "氏名", "電話"]),
        *(delimiter.join([str(n), "山田 太郎", "03-1"]) for n in range(9)),
    ]
    shape, rows, _ = read(written(tmp_path, "\n".join(lines).encode(), "export.dat"))
    assert shape.delimiter == delimiter
    assert {len(row.cells) for row in rows} == {3}


def test_commas_inside_values_do_not_pass_for_the_delimiter(tmp_path: Path) -> None:
    lines = ["id;address", *(f"{n};1, Main St, Austin" for n in range(9))]
    assert read(written(tmp_path, "\n".join(lines).encode()))[0].delimiter == ";"


def test_times_do_not_make_a_colon_the_delimiter(tmp_path: Path) -> None:
    shape, _, _ = read(written(tmp_path, b"time\n" + b"10:20:30\n" * 5))
    assert shape.delimiter == ","


def test_what_the_user_says_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "a:b\n1:山\n".encode("cp932"))
    shape, rows, _ = read(path, Wishes(encoding="Shift_JIS", delimiter=":"))
    assert (shape.encoding, [list(row.cells) for row in rows]) == ("cp932", [["a", "b"], ["1", "山"]])


def test_bytes_decide_not_the_name(tmp_path: Path) -> None:
    pl.DataFrame({"氏名": ["山田"]}).write_excel(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    shape, rows, _ = read(tmp_path / "a.csv")
    assert (shape.format, shape.suffix_format, shape.is_misnamed) == ("xlsx", "csv", True)
    assert [list(row.cells) for row in rows] == [["氏名"], ["山田"]]


def test_tabs_in_a_csv_are_no_wrong_name(tmp_path: Path) -> None:
    shape, _, _ = read(written(tmp_path, b"a\tb\n1\t2\n"))
    assert (shape.format, shape.is_misnamed) == ("tsv", False)


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    pl.DataFrame({"id": [1, 2], "氏名": ["山田", None], "x": [1.0, 2.5]}).write_parquet(tmp_path / "p.parquet")
    shape, rows, _ = read(tmp_path / "p.parquet")
    assert (shape.format, shape.columns) == ("parquet", ("id", "氏名", "x"))
    assert [list(row.cells) for row in rows] == [["1", "山田", "1"], ["2", None, "2.5"]]


def test_json_lines_name_their_cells(tmp_path: Path) -> None:
    shape, rows, _ = read(written(tmp_path, b'{"id":1,"via":{"from":"a@b.jp"}}\nno json\n[1]\n{"id":2}\n', "a.jsonl"))
    assert shape.format == "jsonl"
    assert rows[0].cells == {"id": "1", "via.from": "a@b.jp"}
    assert [row.fault for row in rows] == [None, "row.not_json", "row.not_an_object", None]


@pytest.mark.parametrize("indent", [None, 1])
def test_document_is_its_longest_list_of_objects(tmp_path: Path, indent: int | None) -> None:
    document = {"total": 2, "items": [{"id": 1}, {"id": 2}]}
    shape, rows, _ = read(written(tmp_path, json.dumps(document, indent=indent).encode(), "a.json"))
    assert (shape.format, [row.cells for row in rows]) == ("json", [{"id": "1"}, {"id": "2"}])


def test_several_values_of_a_path_stand_on_several_lines() -> None:
    row = {"tags": ["a", "b"], "ids": [{"value": "x"}, {"value": "y"}], "none": None, "yes": True, "half": "\ud800"}
    assert flat(row) == {"tags": "a\nb", "ids.value": "x\ny", "none": None, "yes": "true", "half": "\ufffd"}


def test_lines_of_another_encoding_are_told(tmp_path: Path) -> None:
    lines = [f"{n},山田太郎\n".encode("cp932") for n in range(20)]
    lines[7] = "7,鈴木花子\n".encode()
    _, _, tally = read(written(tmp_path, "番号,氏名\n".encode("cp932") + b"".join(lines)))
    assert [tuple(found) for found in tally.foreign_lines] == [("utf-8", 1, 9)]


def test_undecodable_lines_are_told_with_the_encoding_they_are_in(tmp_path: Path) -> None:
    lines = [f"{n},山田太郎\n".encode() for n in range(20)]
    lines[7] = "7,鈴木花子\n".encode("cp932")
    _, rows, tally = read(written(tmp_path, "番号,氏名\n".encode() + b"".join(lines)))
    assert [tuple(found) for found in tally.foreign_lines] == [("cp932", 1, 9)]
    assert [row.line for row in rows if row.fault] == [9]


def test_line_ends_and_nul_are_counted(tmp_path: Path) -> None:
    _, _, tally = read(written(tmp_path, b"a,b\r\n1,2\n3,\x004\n"))
    assert (tally.line_ends, tally.n_nul) == ({"crlf": 1, "lf": 2}, 1)


def test_a_cell_beyond_the_limit_is_a_fault_of_its_row(tmp_path: Path) -> None:
    _, rows, _ = read(written(tmp_path, b"a,b\n1," + b"x" * 1_100_000 + b"\n2,y\n"))
    assert [row.fault for row in rows] == [None, "row.cell_too_large", None]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 30, "a.csv", "source.not_a_table"),
        (b"PK\x03\x04" + bytes(200), "a.xlsx", "source.unreadable_file"),
        (b"PAR1" + bytes(200), "a.parquet", "source.unreadable_file"),
        (b"<!DOCTYPE html><html></html>", "a.csv", "source.unexpected_html"),
        (b'[{"id":1},{"id":', "a.json", "source.truncated_json"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    with pytest.raises(FatalSourceError) as refused:
        read(written(tmp_path, content, name))
    assert refused.value.code == code


def test_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FatalSourceError) as refused:
        read(written(tmp_path, b"a,b\n"), Wishes(encoding="klingon"))
    assert refused.value.code == "source.unknown_encoding"

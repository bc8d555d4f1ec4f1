# ruff: noqa: E501 - tables of expectations
"""`inspect` on whole files: what it says, what it proposes, what it refuses."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from connectors.registry import CONNECTORS
from crm_pipelines.cli.main import run_command
from crm_pipelines.rules.load import load_project
from crm_pipelines.rules.mapping_files import typed_mapping
from crm_pipelines.rules.yaml_text import read_yaml
from tests.unknown_exports import INTERNATIONAL_HEADER, VENDOR_HEADER, csv_bytes, international_rows, vendor_rows

_ODD_NAMES = [
    "yes",
    "0901",
    "a: b",
    "# x",
    "氏名\n(漢字)",
    "'",
    '"',
    "{a}",
    "- x",
    "*",
    "null",
    "^.*$",
    "value",
    "count",
    "hash",
]

Inspect = Callable[..., tuple[int, Any]]


@pytest.fixture
def inspect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inspect:
    """Write a file, inspect it; gives the exit code and the JSON document."""

    def run(content: bytes, *arguments: str, name: str = "export.csv") -> tuple[int, Any]:
        (tmp_path / name).write_bytes(content)
        code = run_command(["inspect", str(tmp_path / name), "--json", "--lang", "en", *arguments], {})
        return code, json.loads(capsys.readouterr().out)

    return run


def meanings(document: Any) -> dict[str, str | None]:
    return {column["name"]: column["meaning"] for column in document["columns"]}


def advice(document: Any) -> set[str]:
    return {one["code"].removeprefix("inspect.advice.") for one in document["advice"]}


def column(document: Any, name: str) -> Any:
    return next(one for one in document["columns"] if one["name"] == name)


def test_a_japanese_export_is_understood(inspect: Inspect) -> None:
    code, document = inspect(csv_bytes(VENDOR_HEADER, vendor_rows(60)))
    assert code == 0
    assert meanings(document) == {
        "顧客コード": "key", "会社名": "organisation_name", "担当者名": "name", "フリガナ": "name_kana", "郵便番号": "postal_code",
        "住所1": "address", "住所2": "address", "電話番号": "phone", "FAX": "fax", "メールアドレス": "email", "生年月日": "birth_date",
        "性別": "gender", "部署名": "department", "役職": "job_title", "営業担当": "staff", "メルマガ": "consent", "備考": "free_text",
        "更新日時": "updated_at",
    }  # fmt: skip
    file = document["file"]
    assert (file["encoding"], file["delimiter"], file["line_ends"], file["header_line"]) == (
        "cp932",
        ",",
        {"crlf": 61},
        1,
    )
    assert (file["n_rows"], file["n_columns"], document["keys"][0]) == (60, 18, "顧客コード")
    assert advice(document) == {"empty_columns"}


def test_an_international_export_is_understood(inspect: Inspect) -> None:
    rows = international_rows(60)
    code, document = inspect(csv_bytes(INTERNATIONAL_HEADER, rows, "utf-8-sig", ";"))
    assert code == 0
    assert meanings(document) == {
        "Contact ID": "key", "First Name": "given_name", "Last Name": "family_name", "Company": "organisation_name",
        "Job Title": "job_title", "Email": "email", "Mobile Phone": "phone", "Street": "address", "City": "address",
        "State": "address", "ZIP": "postal_code", "Country": "country", "Date of Birth": "birth_date",
        "Email Opt Out": "consent", "Owner": "staff", "Last Modified Date": "updated_at",
    }  # fmt: skip
    assert (document["file"]["country"], document["file"]["has_byte_order_mark"]) == ("US", True)
    assert "date_order_month_first" in advice(document)
    assert yaml.safe_load(document["mapping"])["fields"]["address"] == ["Street", "City", "State"]


def test_meanings_are_found_without_any_heading(inspect: Inspect) -> None:
    _, document = inspect(csv_bytes(None, vendor_rows(60)))
    found = meanings(document)
    assert document["file"]["header_line"] is None
    assert [found[f"column_{number}"] for number in (2, 3, 4, 5, 6, 8, 10, 11)] == [
        "organisation_name", "name", "name_kana", "postal_code", "address", "phone", "email", "birth_date",
    ]  # fmt: skip
    assert "no_header" in advice(document)


def save_proposal(document: Any, project: Path, content: bytes, name: str) -> str:
    """Put the proposal and the file where the page says; gives the source's name."""
    (source,) = yaml.safe_load(document["source"])["sources"]
    (project / "mappings").mkdir(parents=True, exist_ok=True)
    (project / "mappings" / f"{source}.yaml").write_text(document["mapping"], encoding="utf-8")
    (project / "crm_pipelines.yaml").write_text(f"language: en\n{document['source']}", encoding="utf-8")
    (project / "data" / "inbox" / source).mkdir(parents=True)
    (project / "data" / "inbox" / source / name).write_bytes(content)
    return str(source)


def test_the_proposal_runs_as_it_stands(inspect: Inspect, tmp_path: Path) -> None:
    content = csv_bytes(VENDOR_HEADER, vendor_rows(40))
    _, document = inspect(content, name="顧客台帳.csv")
    assert run_command(["init", str(tmp_path / "project")], {}) == 0
    save_proposal(document, tmp_path / "project", content, "顧客台帳.csv")
    command = [sys.executable, "-c", "from crm_pipelines.cli.main import main; main()", "run", "--json", "--project"]
    environment = {name: value for name, value in os.environ.items() if name not in ("DAGSTER_HOME", "PROJECT_KEY")}
    ran = subprocess.run([*command, str(tmp_path / "project")], env=environment, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    (received,) = json.loads(ran.stdout)["received"]
    assert (received["received"], received["new"], received["quarantined"]) == (40, 40, 0)


def test_the_proposal_reads_every_row_of_an_international_export(inspect: Inspect, tmp_path: Path) -> None:
    content = csv_bytes(INTERNATIONAL_HEADER, international_rows(40), "cp1252", ";")
    _, document = inspect(content, name="contacts.txt")
    name = save_proposal(document, tmp_path, content, "contacts.txt")
    source = load_project(tmp_path, CONNECTORS, {"PROJECT_KEY": "ab" * 32}).sources[name]
    rows = [row for page in source.connector(source.options, source.context).pages(None) for row in page.rows]
    assert [(row.fault, row.key) for row in rows] == [(None, f"003{number:06d}") for number in range(40)]
    assert source.mapping.streams["main"].missing_columns(frozenset(rows[0].data)) == {}


def test_the_proposed_entry_is_one_the_project_loads(inspect: Inspect, tmp_path: Path) -> None:
    lines = ["Adressliste^^^^", "", "id^Name^Mail^Plz^Ort", *(f"{n}^José {n}a^a{n}@b.de^10115^Köln" for n in range(30))]
    _, document = inspect("\r\n".join(lines).encode("cp1252"), name="liste.dat")
    source = save_proposal(document, tmp_path, b"", "liste.dat")
    loaded = load_project(tmp_path, CONNECTORS, {"PROJECT_KEY": "ab" * 32}).sources[source]
    options = loaded.options.model_dump()
    assert (options["format"], options["encoding"], options["delimiter"], options["header_row"]) == (
        "csv",
        "cp1252",
        "^",
        3,
    )


def test_a_person_or_organisation_column_is_translated(inspect: Inspect) -> None:
    rows = [[str(n), ("個人", "法人")[n % 2], "山田太郎", f"a{n}@b.jp"] for n in range(20)]
    _, document = inspect(csv_bytes(("顧客番号", "顧客区分", "氏名", "メール"), rows))
    record_type = yaml.safe_load(document["mapping"])["record_type"]
    assert record_type == {
        "from": "顧客区分",
        "values": {"個人": "person", "法人": "organisation"},
        "otherwise": "auto",
    }


@pytest.mark.parametrize("heading", _ODD_NAMES)
def test_names_of_columns_survive_in_the_mapping(inspect: Inspect, heading: str) -> None:
    rows = [[str(n), f"taro{n}@aoki.co.jp"] for n in range(20)]
    _, document = inspect(csv_bytes(("顧客番号", heading), rows, "utf-8"))
    mapping, faults = typed_mapping(read_yaml(document["mapping"].encode(), "mappings/a.yaml"))
    assert faults == ()
    assert mapping is not None
    assert mapping.streams["main"].fields["email"].columns == (heading.strip(),)


def test_defects_are_told(inspect: Inspect) -> None:
    rows = vendor_rows(120)
    for number, row in enumerate(rows):
        if number % 10 == 0:
            row[7] = row[7].replace("-", "")[1:]
        if number % 12 == 1:
            row[8] = "3.33E+09"
        if number % 15 == 2:
            row[4] = "000-0000"
    rows[50][0] = rows[49][0]
    rows[60][2] = "山\ufffd太郎"
    rows[71][7], rows[71][9] = rows[71][9], rows[71][7]
    text = csv_bytes((*VENDOR_HEADER, "", "FAX"), [[*row, "", ""] for row in rows], "utf-8").decode()
    lines = ["顧客一覧", *text.splitlines()]
    lines[30] = "C999999,列が足りない行"
    raw = [line.encode() for line in lines]
    raw[40] = lines[40].encode("cp932", "replace")
    _, document = inspect(b"\r\n".join(raw) + b"\n")
    assert advice(document) >= {
        "column_count", "foreign_lines", "header_below", "heading_twice", "lost_zero_phone", "scientific", "junk",
        "key_repeats", "lost_characters", "shifted", "empty_columns",
    }  # fmt: skip
    by_code = {one["code"].rpartition(".")[2]: one["facts"] for one in document["advice"]}
    assert by_code["column_count"]["lines"] == "31"
    assert by_code["foreign_lines"]["lines"] == "41"
    assert by_code["shifted"]["n_rows"] == 1
    assert "顧客コード" not in document["keys"]


def test_repetitions_are_counted(inspect: Inspect) -> None:
    rows = vendor_rows(40)
    _, document = inspect(
        csv_bytes(VENDOR_HEADER, [*rows, rows[3], [*rows[5][:9], "TARO5@AOKI5.co.jp", *rows[5][10:]]])
    )
    counted = {one["kind"]: one["n_rows"] for one in document["duplicates"]}
    assert (counted["rows"], counted["key"], counted["email"]) == (1, 2, 2)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "inspect.empty_file"),
        (b"\xef\xbb\xbf", "a.csv", "inspect.empty_file"),
        (bytes(range(256)) * 40, "a.csv", "inspect.unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 30, "a.png", "inspect.unreadable"),
        (b"PK\x03\x04" + bytes(range(256)), "a.xlsx", "inspect.unreadable"),
        (b"<!doctype html><title>Sign in</title>", "a.csv", "inspect.unreadable"),
        (b'[{"id": 1}, {"id"', "a.json", "inspect.unreadable"),
    ],
)
def test_what_cannot_be_inspected_is_2(inspect: Inspect, content: bytes, name: str, code: str) -> None:
    exit_code, document = inspect(content, name=name)
    assert (exit_code, document["error"]["code"]) == (2, code)


def test_a_file_that_is_not_there_is_2(tmp_path: Path) -> None:
    assert run_command(["inspect", str(tmp_path / "none.csv"), "--json"], {}) == 2


@pytest.mark.parametrize(
    ("content", "n_rows", "n_columns", "code"),
    [
        (b"\n\n  \n", 0, 1, "no_rows"),
        ("顧客コード,氏名,電話番号\r\n".encode("cp932"), 0, 3, "no_rows"),
        ("メール\na@b.jp\nc@d.jp\n".encode(), 2, 1, None),
        (b"id,name\n1,a\x00b\n2,c\n3,d\n", 3, 2, "nul"),
        (b"id,name\n1," + b"x" * 3_000_000 + b"\n2,ok\n", 1, 2, "cell_too_large"),
        ("氏名,氏名,電話,\n山田太郎,鈴木一郎,03-3210-4502,\n".encode(), 1, 4, "heading_twice"),
        (b'id,name,memo\n1,"open,y\n2,c,z\n3,d,w\n4,e,v\n', 3, 3, "broken_quotes"),
        (b"id,name\r\n" + b"1,a\n2,b\r\n" * 30, 60, 2, "mixed_line_ends"),
    ],
)
def test_odd_files_are_inspected(
    inspect: Inspect, content: bytes, n_rows: int, n_columns: int, code: str | None
) -> None:
    exit_code, document = inspect(content)
    assert (exit_code, document["file"]["n_rows"], document["file"]["n_columns"]) == (0, n_rows, n_columns)
    assert code is None or code in advice(document)


def test_two_thousand_columns(inspect: Inspect, tmp_path: Path) -> None:
    header = [f"x{number}" for number in range(1_999)]
    rows = [[str(row * column) for column in range(1_999)] + [f"a{row}@b.jp"] for row in range(3)]
    code, document = inspect(csv_bytes([*header, "メール"], rows), "--html", str(tmp_path / "page.html"))
    assert (code, document["file"]["n_columns"], meanings(document)["メール"]) == (0, 2_000, "email")


def test_excel_parquet_and_json_are_inspected(inspect: Inspect, tmp_path: Path) -> None:
    frame = pl.DataFrame({"顧客コード": ["0001", "0002"], "メール": ["a@b.jp", "c@d.jp"]})
    frame.write_excel(tmp_path / "x.xlsx")
    frame.write_parquet(tmp_path / "x.parquet")
    lines = b'{"id": 1, "via": {"from": "a@b.jp"}}\n{"id": 2, "via": {"from": "c@d.jp"}}\n'
    for content, name in (
        ((tmp_path / "x.xlsx").read_bytes(), "a.xlsx"),
        ((tmp_path / "x.parquet").read_bytes(), "a.parquet"),
        (lines, "a.jsonl"),
    ):
        code, document = inspect(content, name=name)
        assert (code, document["file"]["n_rows"], set(meanings(document).values())) == (0, 2, {"key", "email"})


def test_no_value_is_shown_where_none_is_wanted(inspect: Inspect, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    _, document = inspect(csv_bytes(VENDOR_HEADER, vendor_rows(30)), "--no-examples", "--html", str(page))
    told = json.dumps(document, ensure_ascii=False) + page.read_text(encoding="utf-8")
    assert not re.search("山田|青木|taro|営業一郎|千代田|C0000|3210", told)


def test_no_value_is_shown_in_a_terminal_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(VENDOR_HEADER, vendor_rows(30)))
    assert run_command(["inspect", str(path), "--no-examples"], {}) == 0
    assert not re.search("山田|青木|taro|営業一郎|千代田|C0000|3210", capsys.readouterr().out)


def test_individual_numbers_are_never_shown(inspect: Inspect, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    rows = [[f"E-{n}", "山田太郎", "123456789018"] for n in range(20)]
    _, document = inspect(csv_bytes(("社員番号", "氏名", "個人番号"), rows), "--html", str(page))
    assert "individual_number" in advice(document)
    assert "123456789018" not in json.dumps(document) + page.read_text(encoding="utf-8")
    assert "個人番号" not in yaml.safe_load(document["mapping"])["fields"].values()


@pytest.mark.parametrize(("language", "words"), [("en", "Proposed mapping"), ("ja", "マッピングの案")])
def test_tables_are_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(VENDOR_HEADER, vendor_rows(30)))
    assert run_command(["inspect", str(path), "--lang", language], {}) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert "inspect." not in shown
    assert "cli." not in shown


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,n\x1b[2Jame\n1,\x1b[2J\n2,x\n")
    assert run_command(["inspect", str(path)], {}) == 0
    assert "\x1b[2J" not in capsys.readouterr().out


def test_page_is_the_owners_alone_and_never_replaces_the_file(inspect: Inspect, tmp_path: Path) -> None:
    content = csv_bytes(VENDOR_HEADER, vendor_rows(3))
    page = tmp_path / "page.html"
    assert inspect(content, "--html", str(page))[0] == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    code, document = inspect(content, "--html", str(tmp_path / "export.csv"))
    assert (code, document["error"]["code"]) == (2, "inspect.bad_target")
    assert (tmp_path / "export.csv").read_bytes() == content
    assert inspect(content, "--html", str(tmp_path / "no" / "page.html"))[0] == 2


def test_what_the_user_says_counts(inspect: Inspect) -> None:
    _, document = inspect(b"a;b\n1;x\n2;y\n", "--header", "0", "--delimiter", ";")
    assert (document["file"]["n_rows"], document["file"]["header_line"]) == (3, None)
    _, document = inspect("顧客一覧;2026\n番号;氏名\n1;山\n".encode("cp932"), "--header", "2", "--encoding", "sjis")
    assert (document["file"]["encoding"], list(meanings(document))) == ("cp932", ["番号", "氏名"])


def test_a_tab_may_be_written_as_an_escape(inspect: Inspect) -> None:
    assert inspect(b"a;x\tb;y\n", "--delimiter", "\\t")[1]["file"]["delimiter"] == "\t"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--delimiter", ";;"], "inspect.bad_delimiter"), (["--header", "7"], "inspect.no_such_line")],
)
def test_what_cannot_be_is_refused(inspect: Inspect, arguments: list[str], code: str) -> None:
    exit_code, document = inspect(b"a;b\n1;2\n", *arguments)
    assert (exit_code, document["error"]["code"]) == (2, code)


def test_the_same_file_gives_the_same_report(inspect: Inspect) -> None:
    content = csv_bytes(VENDOR_HEADER, vendor_rows(200))
    assert inspect(content) == inspect(content)


def test_column_facts_are_those_of_the_file(inspect: Inspect) -> None:
    _, document = inspect(csv_bytes(VENDOR_HEADER, vendor_rows(60)))
    code = column(document, "顧客コード")
    assert (code["n_distinct"], code["is_unique"], code["patterns"]) == (60, True, [{"text": "A999999", "count": 60}])
    consent = column(document, "メルマガ")
    assert (consent["fill_rate"], consent["values"]) == (
        1,
        [{"text": "不要", "count": 30}, {"text": "希望", "count": 30}],
    )
    assert column(document, "住所2")["n_filled"] == 40


@pytest.mark.parametrize("language", ["en", "ja"])
def test_columns_are_called_what_the_file_calls_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,email,status,kind\n山田 花子,hanako@aoba.co.jp,ok,x\n", encoding="utf-8")
    assert run_command(["inspect", str(path), "--lang", language], {}) == 0
    shown = capsys.readouterr().out
    for name in ("name", "email", "status", "kind"):
        assert re.search(rf"^ +{name} ", shown, re.MULTILINE), name

"""Exports: what a spreadsheet must not execute, one total order, whole files, and the files a CRM imports."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.errors import StoreError
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from crm_pipelines.rules.crm_export import crm_files
from crm_pipelines.stores import exports
from crm_pipelines.stores.exports import ORDER, ExportFormat, ExportOptions, export_crm, export_tables
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import World, published_world

CSV, PARQUET = ExportOptions(), ExportOptions(ExportFormat.PARQUET)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return published_world(tmp_path_factory)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty publication."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for table, columns in PUBLICATION_TABLES.items():
            connection.execute(create_table_sql(table, columns))
        yield connection


def add(con: duckdb.DuckDBPyConnection, table: str, **columns: object) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    con.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(columns))})", list(columns.values()))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def undone(cell: str) -> str:
    """How a program takes the apostrophe off again."""
    return cell[1:] if re.match(r"'+[=+\-@＝＋－＠\t\r\n]", cell) else cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+81312345678", "'+81312345678"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("佐藤 = 太郎", "佐藤 = 太郎"),
        ("'t Hooft", "'t Hooft"),
        ("03-1234-5678", "03-1234-5678"),
        ('5" "quoted", and, commas', '5" "quoted", and, commas'),
    ],
)
def test_a_text_that_a_spreadsheet_would_execute_is_defused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, cell: str
) -> None:
    add(con, "customers", golden_id="A", display_name=text)
    export_tables(con, ["customers"], tmp_path, CSV)
    found = read(tmp_path / "customers.csv")[0]["display_name"]
    assert found == cell
    assert undone(found) == text


@settings(max_examples=30)
@given(texts=st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))), min_size=1))
def test_no_cell_begins_like_a_formula_and_every_text_can_be_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("export")
    with duckdb.connect() as con:
        con.execute(create_table_sql("customers", PUBLICATION_TABLES["customers"]))
        for number, text in enumerate(texts):
            add(con, "customers", golden_id=f"{number:04}", display_name=text)
        export_tables(con, ["customers"], folder, CSV)
    cells = [row["display_name"] for row in read(folder / "customers.csv")]
    assert not [cell for cell in cells if cell[:1] in set("=+-@＝＋－＠\t\r\n")]
    assert [undone(cell) for cell in cells] == texts


def test_numbers_are_no_texts(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    add(con, "interactions", golden_id="A", interaction_id="i", amount=-1200, subject="-1200")
    export_tables(con, ["interactions"], tmp_path, CSV)
    row = read(tmp_path / "interactions.csv")[0]
    assert (row["amount"], row["subject"]) == ("-1200.0000", "'-1200")


def test_plain_leaves_texts_as_they_are(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    add(con, "customers", golden_id="A", phone="+81312345678")
    export_tables(con, ["customers"], tmp_path, ExportOptions(is_plain=True))
    assert read(tmp_path / "customers.csv")[0]["phone"] == "+81312345678"


def test_lists_are_json_and_times_are_utc(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    add(con, "customers", golden_id="A", source_systems=["erp", 'we"b'], updated_at="2026-04-01 09:00:00+09")
    export_tables(con, ["customers"], tmp_path, CSV)
    row = read(tmp_path / "customers.csv")[0]
    assert json.loads(row["source_systems"]) == ["erp", 'we"b']
    assert row["updated_at"] == "2026-04-01T00:00:00.000000Z"


def test_null_and_empty_text_differ(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    add(con, "redirects", golden_id="A", redirects_to="", reason=None)
    export_tables(con, ["redirects"], tmp_path, CSV)
    assert (tmp_path / "redirects.csv").read_text(encoding="utf-8").splitlines()[1] == 'A,"",,,,'


@pytest.mark.parametrize("has_bom", [True, False])
def test_the_byte_order_mark_is_a_choice(con: duckdb.DuckDBPyConnection, tmp_path: Path, has_bom: bool) -> None:
    add(con, "customers", golden_id="A", display_name="佐藤")
    export_tables(con, ["customers"], tmp_path, ExportOptions(has_bom=has_bom))
    content = (tmp_path / "customers.csv").read_bytes()
    assert content.startswith(exports.BOM) == has_bom
    assert content.removeprefix(exports.BOM).startswith(b"golden_id,")
    assert [path.name for path in tmp_path.iterdir()] == ["customers.csv"]


def test_every_published_table_has_an_order() -> None:
    assert ORDER.keys() == PUBLICATION_TABLES.keys()


@pytest.mark.parametrize("format", list(ExportFormat))
def test_all_tables_of_a_real_publication_come_out_whole_and_in_order(
    world: World, tmp_path: Path, format: ExportFormat
) -> None:
    with Publications(ProjectPaths(world.root)).connect_current() as con:
        done = export_tables(con, list(PUBLICATION_TABLES), tmp_path, ExportOptions(format))
        counts = {table: con.execute(f"select count(*) from {table}").fetchall()[0][0] for table in PUBLICATION_TABLES}
    assert {file.path.stem: file.n_rows for file in done} == counts
    assert counts["customers"] > 100
    for file in done:
        if format is ExportFormat.PARQUET:
            keys = pl.read_parquet(file.path, columns=list(ORDER[file.path.stem])).rows()
        else:
            keys = [tuple(row[name] for name in ORDER[file.path.stem]) for row in read(file.path)]
        assert len(keys) == file.n_rows
        assert len(set(keys)) == len(keys), file.path.stem
        if format is ExportFormat.PARQUET:
            assert keys == sorted(keys), file.path.stem


def test_the_same_publication_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        with Publications(ProjectPaths(world.root)).connect_current() as con:
            export_tables(con, ["scored_pairs", "attribute_values", "customers"], tmp_path / folder, CSV)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_an_export_that_fails_leaves_the_old_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("old", encoding="utf-8")
    (tmp_path / ".writing-customers.csv").mkdir()
    with pytest.raises(StoreError):
        export_tables(con, ["customers"], tmp_path, CSV)
    assert (tmp_path / "customers.csv").read_text(encoding="utf-8") == "old"


@pytest.fixture
def customers(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for golden_id, kind in (
        ("P1", "person"),
        ("P2", "person"),
        ("P3", "person"),
        ("O1", "organisation"),
        ("O2", "organisation"),
    ):
        add(con, "customers", golden_id=golden_id, customer_type=kind, display_name=f"name of {golden_id}")
    return con


def test_persons_and_organisations_go_into_their_files(customers: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    done = export_crm(customers, crm_files(), tmp_path, CSV)
    assert {file.path.name: file.n_rows for file in done} == {
        "contacts.csv": 3, "companies.csv": 2, "merges.csv": 0, "deletions.csv": 0,
    }  # fmt: skip
    assert [row["external_id"] for row in read(tmp_path / "contacts.csv")] == ["P1", "P2", "P3"]
    assert [row["name"] for row in read(tmp_path / "companies.csv")] == ["name of O1", "name of O2"]


def test_a_contact_names_the_company_known_last(customers: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for golden_id, company, since in (("P1", "O1", "2020-01-01"), ("P1", "O2", None), ("P2", "O2", None)):
        add(customers, "relationships", golden_id_from=golden_id, kind="employee_of", golden_id_to=company, since=since)
    add(customers, "relationships", golden_id_from="P3", kind="household", golden_id_to="P1")
    export_crm(customers, crm_files(), tmp_path, CSV)
    assert [row["company_external_id"] for row in read(tmp_path / "contacts.csv")] == ["O1", "O2", ""]


def test_consent_is_granted_refused_or_unknown_and_any_channel_counts(
    customers: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for golden_id, purpose, channel, granted in (
        ("P1", "marketing", "email", True),
        ("P2", "marketing", "email", True),
        ("P2", "marketing", "any", False),
        ("P3", "service", "email", True),
    ):
        add(customers, "consents", golden_id=golden_id, purpose=purpose, channel=channel, granted=granted)
    export_crm(customers, crm_files(), tmp_path, CSV)
    rows = read(tmp_path / "contacts.csv")
    assert [row["marketing_email_consent"] for row in rows] == ["true", "false", ""]
    assert [row["marketing_phone_consent"] for row in rows] == ["", "false", ""]


def test_merges_and_deletions_name_what_is_no_longer_there(
    customers: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    add(customers, "redirects", golden_id="P8", redirects_to="P1", reason="joined_older")
    add(customers, "redirects", golden_id="P7", redirects_to="P1", valid_to="2026-01-01 00:00:00+00")
    for seq, golden_id in enumerate(("P9", "P8", "P1", "P9")):
        add(customers, "changes", seq=seq, golden_id=golden_id, kind="erased")
    export_crm(customers, crm_files(), tmp_path, CSV)
    merges = [(row["golden_id"], row["redirects_to"]) for row in read(tmp_path / "merges.csv")]
    assert merges == [("P8", "P1")]
    assert [row["golden_id"] for row in read(tmp_path / "deletions.csv")] == ["P9"]

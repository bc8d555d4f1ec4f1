"""Write what is published as files for other programs: Parquet, or CSV that a spreadsheet can open without harm.

CSV is UTF-8, comma, header, RFC 4180 quoting; null is an empty cell, an empty text a quoted one; lists are JSON texts;
times are ISO 8601 in UTC. A spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, their full-width twins, a tab
or a line end for a formula (OWASP, "CSV Injection"), phone numbers in the international form among them: such a text
gets one apostrophe in front, `'+81312345678`. So that the apostrophe can be taken off again exactly, a text that begins
with apostrophes before such a sign gets one more. Numbers, dates and yes/no columns are no texts and stay as they are.

Every file is in one total order, written under a hidden name and renamed when it is whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.rules.crm_export import CrmFile
from crm_pipelines.stores.durable import commit_file, disk_errors, hidden_beside, make_folder
from crm_pipelines.stores.statements import statement

BOM = b"\xef\xbb\xbf"
_DANGEROUS = r"^'*[=+\-@＝＋－＠\t\r\n]"
_COPIED_BYTES = 1 << 20

# What orders the rows of each table, and tells them apart.
ORDER: Mapping[str, tuple[str, ...]] = {
    "customers": ("golden_id",),
    "crosswalk": ("record_id", "valid_from", "golden_id"),
    "redirects": ("golden_id", "redirects_to", "valid_from"),
    "identity_log": ("position",),
    "changes": ("seq",),
    "value_changes": ("seq",),
    "closed_questions": ("seq",),
    "attribute_values": ("golden_id", "attribute", "value_rank"),
    "contact_points": ("golden_id", "kind", "value"),
    "relationships": ("golden_id_from", "kind", "golden_id_to"),
    "interactions": ("golden_id", "interaction_id"),
    "consents": ("golden_id", "purpose", "channel"),
    "profiles": ("golden_id",),
    "source_records": ("source_record_id",),
    "standardised_records": ("record_id",),
    "scored_pairs": ("record_id_l", "record_id_r"),
    "blocking_keys": ("record_id", "rule", "key"),
    "contact_names": ("record_id", "contact"),
    "homes": ("record_id",),
    "review_queue": ("question_id",),
}


class ExportFormat(StrEnum):
    """What a table is written as."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How files are written.

    Attributes:
        format: of every file.
        has_bom: begin CSV with a byte order mark, by which Excel knows UTF-8.
        is_plain: leave texts as they are, for programs; such a file must not be opened in a spreadsheet.
    """

    format: ExportFormat = ExportFormat.CSV
    has_bom: bool = False
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file that was written, and how many rows it has."""

    path: Path
    n_rows: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """A query and the columns of its result that order it."""

    query: str
    order: Sequence[str]


def export_tables(
    con: duckdb.DuckDBPyConnection, tables: Sequence[str], folder: Path, options: ExportOptions
) -> list[ExportedFile]:
    """Write tables of a publication, each into `<table>.parquet` or `<table>.csv`.

    Args:
        con: the publication.
        tables: of `PUBLICATION_TABLES`.
        folder: made when missing; files of the same names are replaced.
        options: how.

    Raises:
        StoreError: the disk is full or read-only.
    """
    return [_write(con, table, _Rows(f"select * from {table}", ORDER[table]), folder, options) for table in tables]  # noqa: S608


def export_crm(
    con: duckdb.DuckDBPyConnection, files: Mapping[str, CrmFile], folder: Path, options: ExportOptions
) -> list[ExportedFile]:
    """Write the files a CRM imports: customers by their golden id as external id, merges to follow, ids to delete.

    `merges` has one row per retired id and living id it leads to, `deletions` one per id that is gone without an heir.
    Whoever is suppressed or erased is in no publication, and so in no file but `deletions`, which has only the id.

    Raises:
        StoreError: the disk is full or read-only.
    """
    rows = {name: _Rows(_crm_query(file), [next(iter(file.columns))]) for name, file in files.items()}
    rows["merges"] = _Rows(statement("crm_merges"), ("golden_id", "redirects_to"))
    rows["deletions"] = _Rows(statement("crm_deletions"), ("golden_id",))
    return [_write(con, name, found, folder, options) for name, found in rows.items()]


def table_names() -> tuple[str, ...]:
    """The tables that can be exported."""
    return tuple(PUBLICATION_TABLES)


def _crm_query(file: CrmFile) -> str:
    columns = [f'customers."{source}" as "{column}"' for column, source in file.columns.items()]
    joins = []
    if file.company is not None:
        columns.append(f'employers.golden_id as "{file.company.column}"')
        joins.append(
            f"""left join (
                select golden_id_from, max_by(golden_id_to, (coalesce(since, date '0001-01-01'), golden_id_to))
                    as golden_id
                from relationships where kind = '{file.company.relationship}' group by golden_id_from
            ) as employers on employers.golden_id_from = customers.golden_id"""  # noqa: S608
        )
    for column, consent in file.consents.items():
        columns.append(f'{column}.granted as "{column}"')
        joins.append(
            f"""left join (
                select golden_id, bool_and(granted) as granted from consents
                where purpose = '{consent.purpose}' and channel in ('{consent.channel}', 'any') group by golden_id
            ) as {column} on {column}.golden_id = customers.golden_id"""  # noqa: S608
        )
    listed, joined = ", ".join(columns), " ".join(joins)
    return f"select {listed} from customers {joined} where customers.customer_type = '{file.customer_type}'"  # noqa: S608


def _write(
    con: duckdb.DuckDBPyConnection, name: str, rows: _Rows, folder: Path, options: ExportOptions
) -> ExportedFile:
    path = make_folder(folder) / f"{name}.{options.format}"
    written = hidden_beside(path)
    order = ", ".join(f'q."{column}"' for column in rows.order)
    columns = "q.*" if options.format is ExportFormat.PARQUET else _csv_columns(con, rows.query, options)
    how = "format parquet, compression zstd" if options.format is ExportFormat.PARQUET else "format csv, header true"
    quoted = str(written).replace("'", "''")
    con.execute("set preserve_insertion_order = true")  # else the writer may take the sorted rows in any order
    try:
        copied = con.execute(f"copy (select {columns} from ({rows.query}) as q order by {order}) to '{quoted}' ({how})")  # noqa: S608
        n_rows = int(copied.fetchall()[0][0])
    except duckdb.IOException as error:
        raise StoreError("store.unavailable", name=path.name, reason=type(error).__name__) from error
    if options.format is ExportFormat.CSV and options.has_bom:
        _put_in_front(written, BOM)
    commit_file(written, path)
    return ExportedFile(path, n_rows)


def _csv_columns(con: duckdb.DuckDBPyConnection, query: str, options: ExportOptions) -> str:
    described = con.execute(f"describe {query}").fetchall()
    return ", ".join(f'{_csv_cell(name, kind, options)} as "{name}"' for name, kind, *_ in described)


def _csv_cell(name: str, kind: str, options: ExportOptions) -> str:
    column = f'q."{name}"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.endswith("[]"):
        return f"cast(to_json({column}) as varchar)"
    if kind != "VARCHAR" or options.is_plain:
        return column
    pattern = _DANGEROUS.replace("'", "''")
    return f"case when regexp_matches({column}, '{pattern}') then '''' || {column} else {column} end"


def _put_in_front(path: Path, beginning: bytes) -> None:
    """Begin a file with some bytes; the file is not in use yet."""
    body = path.with_name(f"{path.name}.body")
    with disk_errors(path):
        path.rename(body)
        try:
            with path.open("wb") as target, body.open("rb") as source:
                target.write(beginning)
                while chunk := source.read(_COPIED_BYTES):
                    target.write(chunk)
        finally:
            body.unlink()

"""`crm-pipelines export`: the tables of the current publication, or the files a CRM imports, as files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES


class FileFormat(StrEnum):
    """What `--format` takes."""

    CSV = "csv"
    PARQUET = "parquet"


def export(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="cli.export.to", show_default=False)],
    tables: Annotated[list[str] | None, typer.Argument(help="cli.export.tables", show_default=False)] = None,
    format: Annotated[FileFormat, typer.Option("--format", help="cli.export.format")] = FileFormat.CSV,
    crm: Annotated[bool, typer.Option("--crm", help="cli.export.crm")] = False,
    bom: Annotated[bool, typer.Option("--bom", help="cli.export.bom")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="cli.export.plain")] = False,
) -> int:
    """Write the files; all of them come from one publication."""
    from crm_pipelines.rules.crm_export import crm_files  # noqa: PLC0415
    from crm_pipelines.stores.exports import ExportFormat, ExportOptions, export_crm, export_tables  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    wanted = _wanted(tables or [], is_crm=crm)
    options = ExportOptions(ExportFormat(format.value), has_bom=bom, is_plain=plain)
    version, con = open_version(ProjectPaths(call.root), None)
    folder = to.expanduser().absolute()
    with con:
        done = export_crm(con, crm_files(), folder, options) if crm else export_tables(con, wanted, folder, options)
    rows: list[dict[str, Cell]] = [{"file": one.path.name, "n_rows": one.n_rows} for one in done]
    call.output.value("publication", version)
    call.output.table("exported", ("file", "n_rows"), rows)
    _say_done(call, version, folder, len(rows), is_defused=format is FileFormat.CSV and not plain)
    return FINE


def _wanted(tables: list[str], *, is_crm: bool) -> list[str]:
    """The tables asked for, each once; all when none is named.

    Raises:
        RefusedInputError: a table nobody publishes, or tables beside `--crm`, which has files of its own.
    """
    if is_crm and tables:
        raise RefusedInputError("export.crm_has_no_tables")
    unknown = [table for table in tables if table not in PUBLICATION_TABLES]
    if unknown:
        known = ", ".join(PUBLICATION_TABLES)
        faults = [Fault("export.unknown_table", {"table": table, "known": known}) for table in unknown]
        raise RefusedInputError("export.unknown_tables", faults)
    return list(dict.fromkeys(tables)) or list(PUBLICATION_TABLES)


def _say_done(call: Invocation, version: str, folder: Path, n_files: int, *, is_defused: bool) -> None:
    call.output.line("export.done", version=version, folder=str(folder), n_files=n_files)
    if is_defused:
        call.output.line("export.defused")

"""`crm-pipelines identity`: what became of an id, whom it leads to, who was one customer on a day; pinned values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.pins import pins
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.model.ids import read_golden_id

if TYPE_CHECKING:
    import duckdb

    from crm_pipelines.cli.identity_report import IdentityReport
    from crm_pipelines.stores.project_paths import ProjectPaths
    from crm_pipelines.stores.subjects import Subject

_ID_LENGTH = 12
_GoldenOrRecord = Annotated[str, typer.Argument(metavar="ID", help="cli.identity.id", show_default=False)]


def history(
    context: typer.Context,
    name: _GoldenOrRecord,
    values: Annotated[bool, typer.Option("--values", help="cli.identity.history.values")] = False,
) -> int:
    """Tell all that happened to an id, and to the values under it."""
    with _opened(invocation_of(context)) as look:
        subject = look.subject(name)
        look.report.state(look.con, subject)
        if subject.record_id is not None:
            look.report.homes(look.con, subject.record_id)
            return FINE
        look.report.events(look.con, subject.name)
        if values:
            look.report.values(look.con, subject.name)
    return FINE


def resolve(context: typer.Context, name: _GoldenOrRecord) -> int:
    """Tell which living customers an id stands for now."""
    with _opened(invocation_of(context)) as look:
        subject = look.subject(name)
        look.report.state(look.con, subject)
        look.report.customers(look.con, subject)
    return FINE


def as_of(
    context: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DATE", help="cli.identity.as-of.date", show_default=False)],
    name: Annotated[str | None, typer.Argument(metavar="ID", help="cli.identity.as-of.id", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=0, help="cli.identity.as-of.limit")] = 50,
) -> int:
    """Tell who was one customer at the end of a day."""
    with _opened(invocation_of(context)) as look:
        moment = _moment(day, look.report.zone)
        if name is None:
            look.report.everybody_then(look.con, moment, limit)
        else:
            look.report.members_then(look.con, moment, look.subject(name))
    return FINE


COMMANDS = {"history": history, "resolve": resolve, "as-of": as_of, "pins": pins}


@dataclass(frozen=True, slots=True)
class _Look:
    """The current publication, and what prints what is found in it."""

    con: "duckdb.DuckDBPyConnection"
    report: "IdentityReport"
    call: Invocation
    paths: "ProjectPaths"

    def subject(self, written: str) -> "Subject":
        """Whom an id speaks of.

        Raises:
            RefusedInputError: it is mistyped, or was never published.
        """
        from crm_pipelines.stores.held_rows import reason_held  # noqa: PLC0415 - DuckDB is slow to import
        from crm_pipelines.stores.identity_history import similar_ids  # noqa: PLC0415 - as above
        from crm_pipelines.stores.record_names import RecordNames  # noqa: PLC0415 - imports pydantic
        from crm_pipelines.stores.subjects import find_subject  # noqa: PLC0415 - as above

        is_record = ":" in written
        name = RecordNames.of(self.call.load_project()).record_id(written) if is_record else read_golden_id(written)
        found = None if name is None else find_subject(self.con, name)
        if found is not None:
            return found
        if is_record:
            reason = reason_held(self.paths, str(name))
            fault = Fault("identity.unknown_record" if reason is None else "identity.held_back", {"reason": reason})
        else:
            fault = _golden_fault(written, similar_ids(self.con, written), is_well_formed=name is not None)
        raise RefusedInputError("identity.unknown", [fault])


def _golden_fault(written: str, similar: list[str], *, is_well_formed: bool) -> Fault:
    """Why nobody knows a golden id; what was typed is not repeated, as it may be anything."""
    n_characters = sum(character.isalnum() for character in written)
    facts: dict[str, Fact] = {"n_characters": n_characters, "similar": ", ".join(similar)}
    if is_well_formed:
        return Fault("identity.unknown_id", facts)
    code = "identity.mistyped" if n_characters == _ID_LENGTH else "identity.no_id"
    return Fault(f"{code}_similar" if similar else code, facts)


@contextmanager
def _opened(call: Invocation) -> Iterator[_Look]:
    from crm_pipelines.cli.identity_report import IdentityReport  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415 - as above
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415 - as above

    loaded = call.load_project()
    paths = ProjectPaths(loaded.root)
    version, con = open_version(paths, None)
    with con:
        call.output.value("publication", version)
        yield _Look(con, IdentityReport(call.output, ZoneInfo(loaded.project.timezone)), call, paths)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """The end of a day, or a time of it; without a zone in that of the project.

    Raises:
        RefusedInputError: it is no date, or it lies ahead.
    """
    try:
        moment = (
            datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)
            if len(text) <= len("2026-01-31")
            else datetime.fromisoformat(text)
        )
    except (ValueError, OverflowError):
        raise RefusedInputError("identity.no_date") from None
    moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
    if moment - timedelta(days=1) > datetime.now(UTC):
        raise RefusedInputError("identity.date_ahead")
    return moment

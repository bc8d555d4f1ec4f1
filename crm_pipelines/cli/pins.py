"""`crm-pipelines identity pins`: the values that stewards pinned, how they stand, and a file of new ones."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import Fault

if TYPE_CHECKING:
    import duckdb

    from crm_pipelines.rules.load import LoadedProject
    from crm_pipelines.stores.ledger.facts import NewPin
    from crm_pipelines.stores.ledger.ledger import Ledger

_COLUMNS = (
    "golden_id", "attribute", "value", "source_value", "source_changed_at", "reason", "pinned_by", "pinned_at",
    "pinned_until_at",
)  # fmt: skip


def pins(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="cli.identity.pins.import", show_default=False)
    ] = None,
    steward: Annotated[str | None, typer.Option(help="cli.identity.pins.steward", show_default=False)] = None,
) -> int:
    """Record what a file asks for; then tell how all pins in force stand."""
    from crm_pipelines.stores.ledger.ledger import open_ledger  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415 - DuckDB is slow to import

    call = invocation_of(context)
    loaded = call.load_project()
    now = datetime.now(UTC)
    version, con = open_version(ProjectPaths(loaded.root), None)
    call.output.value("publication", version)
    with con, open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        if file is not None:
            _take_in(call, loaded, con, ledger, file, steward, now)
        _tell(call, loaded, con, ledger, now)
    return FINE


def _take_in(  # noqa: PLR0913, PLR0917 - the open stores of one call
    call: Invocation,
    loaded: "LoadedProject",
    con: "duckdb.DuckDBPyConnection",
    ledger: "Ledger",
    file: Path,
    steward: str | None,
    now: datetime,
) -> None:
    """Record all that the file asks for, or nothing.

    Raises:
        RefusedInputError: with everything that is wrong with it.
    """
    from crm_pipelines.model.ids import read_golden_id  # noqa: PLC0415
    from crm_pipelines.standardise.observations import Place  # noqa: PLC0415 - reads the tables of names
    from crm_pipelines.stores import pinning  # noqa: PLC0415 - as above
    from crm_pipelines.stores.pin_file import PinAction, Signed, read_pin_file  # noqa: PLC0415
    from crm_pipelines.stores.record_names import RecordNames  # noqa: PLC0415 - imports pydantic

    if not (steward or "").strip():
        raise RefusedInputError("pin.no_steward")
    names, zone = RecordNames.of(loaded), ZoneInfo(loaded.project.timezone)
    wishes, faults = read_pin_file(
        _content(file),
        Signed(str(steward).strip(), now, zone),
        lambda name: names.record_id(name) if ":" in name else read_golden_id(name) or name,
    )
    rules, place = loaded.rules.survivorship, Place(loaded.project.country, loaded.project.timezone)
    proposed: list[NewPin] = []
    for filed in wishes:
        if filed.action is PinAction.LIFT:
            found, wrong = pinning.proposed_lifts(con, ledger, filed.wish, rules)
        else:
            found, wrong = pinning.proposed_pins(con, filed.wish, rules, place)
        proposed += found
        faults += [Fault(fault.code, {**fault.facts, "row": filed.row_of(fault)}) for fault in wrong]
    if faults:
        faults = [Fault("pin.row", {"row": 1, **fault.facts, "fault": fault.code}) for fault in faults]
        raise RefusedInputError("pin.refused", sorted(faults, key=lambda fault: int(str(fault.facts["row"]))))
    recorded = pinning.record_pins(ledger, proposed, now)
    call.output.value("recorded", [pin.pin_id for pin in recorded])
    call.output.line("pin.recorded", n_pins=len(recorded), n_wishes=len(wishes))


def _content(file: Path) -> bytes:
    try:
        return file.expanduser().read_bytes()
    except OSError as error:
        raise RefusedInputError("standardise.unreadable_file", file=str(file), reason=type(error).__name__) from None


def _tell(
    call: Invocation, loaded: "LoadedProject", con: "duckdb.DuckDBPyConnection", ledger: "Ledger", now: datetime
) -> None:
    from crm_pipelines.stores.pinning import pin_states  # noqa: PLC0415 - DuckDB is slow to import

    zone = ZoneInfo(loaded.project.timezone)

    def shown(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")

    states = pin_states(con, ledger.pins(), now)
    rows: list[dict[str, Cell]] = [
        {
            "golden_id": state.golden_id,
            "attribute": state.pin.attribute,
            "value": state.pin.value,
            "source_value": state.source_value,
            "source_changed_at": shown(state.source_changed_at),
            "reason": state.pin.reason,
            "pinned_by": state.pin.steward,
            "pinned_at": shown(state.pin.pinned_at),
            "pinned_until_at": shown(state.pin.expires_at),
            "pin_id": state.pin.pin_id,
        }
        for state in states
    ]
    n_changed = sum(state.source_changed_at is not None for state in states)
    if rows or call.output.as_json:
        call.output.table("pins", _COLUMNS, rows)
    call.output.line("pin.standing", n_pins=len(states))
    if n_changed:
        call.output.line("pin.source_changed", n_pins=n_changed)

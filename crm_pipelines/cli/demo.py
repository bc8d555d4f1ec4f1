"""`crm-pipelines demo`: a generated world, the whole road, and a second day with a file that went wrong."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE, REFUSED, UNAVAILABLE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.demo.project import ERP_MAPPING, PROJECT_FILE
from crm_pipelines.rules.load import LoadedProject, load_project
from crm_pipelines.rules.new_project import write_project
from crm_pipelines.settings import project_environment

if TYPE_CHECKING:
    from crm_pipelines.cli.demo_report import Day
    from crm_pipelines.cli.running import RunEnd

_MARKER = ".demo"
_SEED = 7


def demo(
    context: typer.Context,
    records: Annotated[int, typer.Option(help="cli.demo.records", min=20)] = 5_000,
    seed: Annotated[int, typer.Option(help="cli.demo.seed", min=0)] = _SEED,
) -> int:
    """Build `demo-project/` anew, run it twice, show what came out."""
    from crm_pipelines.cli.demo_report import Day, print_day, print_second_day  # noqa: PLC0415 - slow to import
    from crm_pipelines.cli.report import print_reason  # noqa: PLC0415
    from crm_pipelines.demo.poison import poison_form_file  # noqa: PLC0415
    from crm_pipelines.demo.second_day import write_second_day  # noqa: PLC0415
    from crm_pipelines.demo.write import write_world  # noqa: PLC0415

    call = invocation_of(context)
    if not _prepare(call):
        return REFUSED
    inbox = call.root / "data" / "inbox"
    world = write_world(inbox, n_records=records, seed=seed)
    call.output.line(
        "cli.demo.world",
        n_records=records,
        n_persons=world.n_persons,
        n_organisations=world.n_organisations,
        n_mails=world.n_mails,
        n_submissions=world.n_submissions,
        n_tickets=world.n_tickets,
        n_orders=world.n_orders,
    )
    loaded = load_project(call.root, call.connectors, project_environment(call.root))
    end = _walk(call, loaded)
    if end.reason_code is not None:
        print_reason(call, end)
        return UNAVAILABLE
    first = Day.of(end, loaded)
    print_day(call, first, inbox / "truth.csv")
    arrived = write_second_day(inbox)
    call.output.line(
        "cli.demo.second_day", n_new=len(arrived.new), n_changed=len(arrived.changed), n_deleted=len(arrived.deleted)
    )
    spoilt = poison_form_file(arrived.form_file, arrived.day)
    if spoilt is not None:
        call.output.line("cli.demo.spoilt", n_rows=spoilt.n_rows, n_broken=spoilt.n_broken, file=spoilt.path.name)
        if not _is_held(call, loaded, first):
            return UNAVAILABLE
        spoilt.mend()
        call.output.line("cli.demo.mended", file=spoilt.path.name)
    end = _walk(call, loaded)
    if end.reason_code is not None:
        print_reason(call, end)
        return UNAVAILABLE
    second = Day.of(end, loaded)
    print_second_day(call, first, second)
    call.output.line("cli.demo.next", folder=_shown(call.root))
    return FINE


def _is_held(call: Invocation, loaded: LoadedProject, before: "Day") -> bool:
    """Run with the spoilt file, show what holds it and that readers keep what they had; False: nothing held it."""
    from crm_pipelines.cli.demo_report import Day  # noqa: PLC0415 - slow to import
    from crm_pipelines.cli.gates import print_gates  # noqa: PLC0415
    from crm_pipelines.cli.report import print_held, print_reason  # noqa: PLC0415
    from crm_pipelines.model.enums import RunOutcome  # noqa: PLC0415
    from crm_pipelines.stores.gates_view import read_gates  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    end = _walk(call, loaded)
    print_reason(call, end)
    if end.outcome is not RunOutcome.GATE_HELD:
        return False
    print_held(call, loaded.root, end.run_id)
    now = datetime.now(UTC)
    view = read_gates(ProjectPaths(loaded.root), loaded.rules.quality, (), now)
    print_gates(call, view, ZoneInfo(loaded.project.timezone))
    is_as_before = Day.of(end, loaded).members.equals(before.members)
    call.output.line("cli.demo.kept" if is_as_before else "cli.demo.lost", n_records=before.members.height)
    return is_as_before


def _prepare(call: Invocation) -> bool:
    """Make the folder anew; a folder that is not a demo's is left alone."""
    if call.root.exists() and any(call.root.iterdir()):
        if not ((call.root / _MARKER).exists() or _holds_only_dagster(call.root)):
            call.output.line("cli.demo.folder_taken", folder=_shown(call.root))
            return False
        shutil.rmtree(call.root)
    write_project(call.root, call.language, call.connectors)
    (call.root / _MARKER).write_text("", encoding="utf-8")
    (call.root / "crm_pipelines.yaml").write_text(PROJECT_FILE.format(language=call.language), encoding="utf-8")
    (call.root / "mappings" / "erp.yaml").write_text(ERP_MAPPING, encoding="utf-8")
    return True


def _holds_only_dagster(root: Path) -> bool:
    """Plain `dagster dev` in the checkout makes the demo project's storage before there is a demo project."""
    found = {path.relative_to(root).parts[:2] for path in root.rglob("*")}
    return all(parts[0] == "data" and (len(parts) == 1 or parts[1] == "dagster") for parts in found)


def _walk(call: Invocation, loaded: LoadedProject) -> "RunEnd":
    from assets.resources import RunOptions  # noqa: PLC0415 - Dagster takes a second to import
    from crm_pipelines.cli.running import walk  # noqa: PLC0415

    return walk(loaded, RunOptions(command="crm-pipelines demo", wait_seconds=0.0), call.progress)


def _shown(root: Path) -> str:
    """The folder as a user in the current folder would type it."""
    return str(root.relative_to(Path.cwd())) if root.is_relative_to(Path.cwd()) else str(root)

"""`crm-pipelines learn`: learn from the current publication which values are nobody's, as a new model version."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.output import Cell

if TYPE_CHECKING:
    from crm_pipelines.matching.stop_values import StopValue
    from crm_pipelines.stores.project_paths import ProjectPaths

_COLUMNS = ("canonical_field", "match_key", "n_records")


def learn(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.learn.dry_run")] = False,
) -> int:
    """Show the values, and keep them with the model that the next run uses; it reads and scores everything anew."""
    from crm_pipelines.matching.stop_values import learned_stop_values  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    paths = ProjectPaths(call.load_project().root)
    version, con = open_version(paths, None)
    with con:
        found = learned_stop_values(con)
    call.output.value("publication", version)
    rows: list[dict[str, Cell]] = [
        {"canonical_field": one.field, "match_key": one.key, "n_records": one.n_records} for one in found
    ]
    call.output.table("stop_values", _COLUMNS, rows)
    if not found:
        call.output.line("learn.nothing", version=version)
    elif dry_run:
        call.output.line("learn.not_kept", n_values=len(found))
    else:
        model_version = _kept(paths, found)
        call.output.value("model_version", model_version)
        call.output.line("learn.kept", n_values=len(found), version=model_version)
    return FINE


def _kept(paths: "ProjectPaths", found: "list[StopValue]") -> str:
    """Save and switch to the model in use with these values more."""
    from crm_pipelines.matching.model_version import ModelVersion, with_stop_values  # noqa: PLC0415 - as above
    from crm_pipelines.matching.shipped import shipped_model  # noqa: PLC0415
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415
    from crm_pipelines.stores.models import ModelStore  # noqa: PLC0415

    learned: dict[str, set[str]] = {}
    for one in found:
        learned.setdefault(one.field, set()).add(one.key)
    with RunLock(paths.lock).acquire(command="crm-pipelines learn", run_id=None, now=datetime.now(UTC)):
        models = ModelStore(paths.models)
        current = models.current()
        model = shipped_model() if current is None else ModelVersion.from_files(models.load(current))
        more = with_stop_values(model, learned)
        models.save(more.id, more.to_files())
        models.switch(more.id)
    return more.id

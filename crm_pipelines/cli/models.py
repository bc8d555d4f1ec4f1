"""`crm-pipelines models`: the model versions of the project: train one, put one to use, hand one to plain Splink."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.stores.project_paths import ProjectPaths

if TYPE_CHECKING:
    import duckdb

    from crm_pipelines.matching.model_version import ModelVersion
    from crm_pipelines.matching.training import Answer, Training, TrainingPlan
    from crm_pipelines.stores.models import ModelStore

SHIPPED = "shipped"
_LIST_COLUMNS = ("model_version", "is_in_use", "started_from", "data_hash", "n_answers")


def list_models(context: typer.Context) -> int:
    """Print the versions, the one in use and what each was trained on."""
    call = invocation_of(context)
    store = _store(call)
    current = store.current()
    rows: list[dict[str, Cell]] = [_row(version, store, version == current) for version in store.versions()]
    call.output.table("models", _LIST_COLUMNS, rows)
    call.output.value("in_use", current)
    if current is None:
        call.output.line("models.shipped_in_use")
    return FINE


def train_model(
    context: typer.Context,
    activate: Annotated[bool, typer.Option("--activate", help="cli.models.train.activate")] = False,
    force: Annotated[bool, typer.Option("--force", help="cli.models.train.force")] = False,
    seed: Annotated[int, typer.Option(min=0, help="cli.models.train.seed")] = 1,
) -> int:
    """Train on the current publication; keep the version, and use it only when asked."""
    from crm_pipelines.cli.models_report import print_training  # noqa: PLC0415 - imports Splink
    from crm_pipelines.matching.training import train  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    paths = ProjectPaths(call.load_project().root)
    version, con = open_version(paths, None)
    with con:
        con.execute("set enable_progress_bar = false").fetchall()
        training = train(con, _plan(call, paths, con, seed))
    call.output.value("publication", version)
    print_training(call, training)
    if not training.is_new:
        call.output.line("train.nothing", version=version)
        return FINE
    refused = [one for kind in training.types.values() for one in kind.objections]
    call.output.value("model_version", training.model.id)
    for one in refused:
        call.output.line(one.code, **one.facts)
    if refused and not force:
        call.output.line("train.refused", model_version=training.model.id)
        return HELD
    _keep(call, paths, training, activate=activate)
    return FINE


def use_model(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="cli.models.use.version", show_default=False)],
) -> int:
    """Put a version to use; the next run scores everything anew with it."""
    from crm_pipelines.matching.shipped import shipped_model  # noqa: PLC0415 - imports DuckDB
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415

    call = invocation_of(context)
    store, paths = _store(call), ProjectPaths(call.root)
    with RunLock(paths.lock).acquire(command="crm-pipelines models use", run_id=None, now=datetime.now(UTC)):
        if version == SHIPPED:
            store.save(shipped_model().id, shipped_model().to_files())
        chosen = shipped_model().id if version == SHIPPED else version
        store.switch(chosen)
    call.output.value("model_version", chosen)
    call.output.line("models.used", model_version=chosen)
    return FINE


def export_model(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="cli.models.use.version", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="cli.models.export.folder", show_default=False)],
) -> int:
    """Write the settings of both customer types as JSON that plain Splink loads."""
    from crm_pipelines.matching.splink_scorer import splink_settings_json  # noqa: PLC0415 - Splink is slow to import
    from crm_pipelines.model.enums import CustomerType  # noqa: PLC0415
    from crm_pipelines.stores.durable import write_text  # noqa: PLC0415

    call = invocation_of(context)
    model = _model(_store(call), version)
    paths = {kind: folder / f"{kind.value}.splink.json" for kind in CustomerType}
    call.output.value("files", [str(path) for path in paths.values()])
    for kind, path in paths.items():
        write_text(path, splink_settings_json(kind, model))
        call.output.line("models.exported", customer_type=kind.value, file=str(path))
    return FINE


COMMANDS = {"list": list_models, "train": train_model, "use": use_model, "export": export_model}


def _store(call: Invocation) -> "ModelStore":
    from crm_pipelines.stores.models import ModelStore  # noqa: PLC0415 - a refused command does without

    return ModelStore(ProjectPaths(call.load_project().root).models)


def _model(store: "ModelStore", version: str | None) -> "ModelVersion":
    """A version by its name; the shipped one by its word or when none is named."""
    from crm_pipelines.matching.model_version import ModelVersion  # noqa: PLC0415 - imports DuckDB
    from crm_pipelines.matching.shipped import shipped_model  # noqa: PLC0415

    return shipped_model() if version in {None, SHIPPED} else ModelVersion.from_files(store.load(version))


def _row(version: str, store: "ModelStore", is_in_use: bool) -> dict[str, Cell]:
    import json  # noqa: PLC0415

    origin = json.loads(store.load(version).get("origin.json", b"{}"))
    known = {name: origin.get(name) for name in ("started_from", "data_hash", "n_answers")}
    return {"model_version": version, "is_in_use": is_in_use, **known}


def _plan(call: Invocation, paths: ProjectPaths, con: "duckdb.DuckDBPyConnection", seed: int) -> "TrainingPlan":
    from crm_pipelines.matching.model_version import with_priors, with_stop_values  # noqa: PLC0415 - imports DuckDB
    from crm_pipelines.matching.shipped import shipped_model  # noqa: PLC0415
    from crm_pipelines.matching.training import TrainingPlan  # noqa: PLC0415
    from crm_pipelines.model.enums import CustomerType  # noqa: PLC0415

    store = _store(call)
    base = _model(store, store.current())
    priors = {CustomerType(kind): prior for kind, prior in store.priors(base.id).items()}
    in_use = with_priors(base, priors)
    start = with_priors(with_stop_values(shipped_model(), in_use.stop_values), priors)
    return TrainingPlan(start=start, in_use=in_use, answers=_answers(paths, con), seed=seed)


def _answers(paths: ProjectPaths, con: "duckdb.DuckDBPyConnection") -> "list[Answer]":
    """The answers to pairs whose records still say what was shown."""
    from crm_pipelines.cli.labelled import standing_answers  # noqa: PLC0415 - imports DuckDB

    return standing_answers(paths, con)


def _keep(call: Invocation, paths: ProjectPaths, training: "Training", *, activate: bool) -> None:
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415
    from crm_pipelines.stores.models import ModelStore  # noqa: PLC0415

    store, version = ModelStore(paths.models), training.model.id
    with RunLock(paths.lock).acquire(command="crm-pipelines models train", run_id=None, now=datetime.now(UTC)):
        store.save(version, training.model.to_files())
        if activate:
            store.switch(version)
    call.output.line("train.activated" if activate else "train.kept", model_version=version)

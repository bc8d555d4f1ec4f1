"""`crm-pipelines explain A B`: why two records, or two customers, are one or are not."""

from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import Fault

if TYPE_CHECKING:
    import duckdb

    from crm_pipelines.model.decisions import Decision
    from crm_pipelines.rules.load import LoadedProject
    from crm_pipelines.stores.project_paths import ProjectPaths
    from crm_pipelines.stores.subjects import Subject


def explain(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="cli.explain.first", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="cli.explain.second", show_default=False)],
) -> int:
    """Tell everything that speaks for and against, from the current publication and the model it was made with."""
    from crm_pipelines.cli.explain_report import Explanation  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.models import ModelStore  # noqa: PLC0415
    from crm_pipelines.stores.pair_evidence import PairEvidence  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    loaded = call.load_project()
    paths = ProjectPaths(loaded.root)
    version, con = open_version(paths, None)
    with con:
        left, right = _subjects(con, loaded, paths, (first, second))
        evidence = PairEvidence.of(con, ModelStore(paths.models))
        call.output.value("publication", version)
        Explanation(call, con, evidence, _decisions(loaded), loaded.project.timezone).tell(left, right)
    return FINE


def _subjects(
    con: "duckdb.DuckDBPyConnection", loaded: "LoadedProject", paths: "ProjectPaths", asked: tuple[str, str]
) -> tuple["Subject", "Subject"]:
    """Whom the two ids speak of.

    Raises:
        RefusedInputError: an id that was never published, with the reason when its row was held back.
    """
    from crm_pipelines.cli.record_names import RecordNames  # noqa: PLC0415 - imports pydantic
    from crm_pipelines.stores.held_rows import reason_held  # noqa: PLC0415
    from crm_pipelines.stores.subjects import find_subject  # noqa: PLC0415

    names = [RecordNames.of(loaded).record_id(one) for one in asked]
    found = [find_subject(con, name) for name in names]
    faults = []
    for place, name, subject in zip(("A", "B"), names, found, strict=True):
        if subject is None:
            reason = reason_held(paths, name)
            code = "explain.unknown" if reason is None else "explain.held_back"
            faults.append(Fault(code, {"argument": place, "reason": reason}))
    left, right = found
    if left is None or right is None:
        raise RefusedInputError("explain.unknown_ids", faults)
    return left, right


def _decisions(loaded: "LoadedProject") -> "list[Decision]":
    """What people decided up to now, also after the publication."""
    from crm_pipelines.stores.ledger.facts import as_judged  # noqa: PLC0415 - kept beside the ledger it is read from
    from crm_pipelines.stores.ledger.ledger import open_ledger  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415 - as above

    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        return as_judged(ledger.decisions())

"""`crm-pipelines explain A B`: why two records, or two customers, are one or are not; `--cluster ID`: how one grew."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import ContractError, Fault

if TYPE_CHECKING:
    import duckdb

    from crm_pipelines.model.decisions import Decision
    from crm_pipelines.rules.load import LoadedProject
    from crm_pipelines.stores.pair_stories import Explaining
    from crm_pipelines.stores.project_paths import ProjectPaths
    from crm_pipelines.stores.subjects import Subject


def explain(
    context: typer.Context,
    first: Annotated[str | None, typer.Argument(metavar="A", help="cli.explain.first", show_default=False)] = None,
    second: Annotated[str | None, typer.Argument(metavar="B", help="cli.explain.second", show_default=False)] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ID", help="cli.explain.cluster", show_default=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="cli.explain.page", show_default=False)
    ] = None,
) -> int:
    """Tell everything that speaks for and against, from the current publication and the model it was made with."""
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    asked = _asked(first, second, cluster)
    target = None if page is None else page.expanduser()
    if target is not None and target.is_dir():
        raise RefusedInputError("inspect.bad_target", file=str(page))
    call = invocation_of(context)
    loaded = call.load_project()
    paths = ProjectPaths(loaded.root)
    version, con = open_version(paths, None)
    with con:
        subjects = _subjects(con, loaded, paths, asked)
        text = _tell(call, loaded, _explaining(version, con, loaded, paths), subjects)
    if target is not None:
        from crm_pipelines.cli.page.private_file import write_private  # noqa: PLC0415

        write_private(target, text)
        call.output.value("page", str(target))
        call.output.line("explain.page_written", file=str(page))
    return FINE


def _asked(first: str | None, second: str | None, cluster: str | None) -> dict[str, str]:
    """The ids by the name of their argument.

    Raises:
        RefusedInputError: it is neither two ids nor one cluster.
    """
    if cluster is not None and first is None:
        return {"--cluster": cluster}
    if cluster is not None or first is None or second is None:
        raise RefusedInputError("explain.two_or_cluster")
    return {"A": first, "B": second}


def _tell(call: Invocation, loaded: "LoadedProject", explaining: "Explaining", subjects: "Sequence[Subject]") -> str:
    """Print the story; give it as a page."""
    from crm_pipelines.cli.explain_report import ExplanationReport  # noqa: PLC0415 - as above
    from crm_pipelines.cli.page.explanation_page import cluster_page, pair_page  # noqa: PLC0415
    from crm_pipelines.cli.page.explanation_words import Words  # noqa: PLC0415

    zone = ZoneInfo(loaded.project.timezone)
    model = explaining.pairs.model
    report, words = ExplanationReport(call.output, model, zone), Words(call.language, model, zone)
    if len(subjects) == 1:
        cluster = explaining.cluster(subjects[0])
        report.cluster(cluster)
        return cluster_page(words, cluster)
    pair = explaining.pair(*subjects)
    report.pair(pair)
    return pair_page(words, pair)


def _explaining(
    version: str, con: "duckdb.DuckDBPyConnection", loaded: "LoadedProject", paths: "ProjectPaths"
) -> "Explaining":
    """What tells the stories.

    Raises:
        RefusedInputError: the publication was made with a model that this program cannot read any more.
    """
    from crm_pipelines.clustering.partition import Limits  # noqa: PLC0415
    from crm_pipelines.clustering.verdicts import verdicts  # noqa: PLC0415
    from crm_pipelines.stores.models import ModelStore  # noqa: PLC0415
    from crm_pipelines.stores.pair_evidence import PairEvidence  # noqa: PLC0415
    from crm_pipelines.stores.pair_stories import Explaining  # noqa: PLC0415 - as above
    from crm_pipelines.stores.pair_surroundings import Surroundings  # noqa: PLC0415

    decisions = _decisions(loaded)
    try:
        pairs = PairEvidence.of(con, ModelStore(paths.models))
    except ContractError as error:  # levels have come since that its model does not know
        raise RefusedInputError("explain.older_model", [error.fault]) from None
    rules = loaded.rules.matching.clustering
    limits = {kind: Limits.of(one.thresholds.review, rules) for kind, one in pairs.model.types.items()}
    return Explaining(version, con, pairs, Surroundings(con, verdicts(decisions), limits), decisions)


def _subjects(
    con: "duckdb.DuckDBPyConnection", loaded: "LoadedProject", paths: "ProjectPaths", asked: dict[str, str]
) -> "list[Subject]":
    """Whom the ids speak of.

    Raises:
        RefusedInputError: an id that was never published, with the reason when its row was held back.
    """
    from crm_pipelines.stores.held_rows import reason_held  # noqa: PLC0415
    from crm_pipelines.stores.record_names import RecordNames  # noqa: PLC0415 - imports pydantic
    from crm_pipelines.stores.subjects import find_subject  # noqa: PLC0415

    names = RecordNames.of(loaded)
    faults, subjects = [], []
    for place, written in asked.items():
        name = names.record_id(written)
        subject = find_subject(con, name)
        if subject is not None:
            subjects.append(subject)
            continue
        reason = reason_held(paths, name)
        code = "explain.unknown" if reason is None else "explain.held_back"
        faults.append(Fault(code, {"argument": place, "reason": reason}))
    if faults:
        raise RefusedInputError("explain.unknown_ids", faults)
    return subjects


def _decisions(loaded: "LoadedProject") -> "list[Decision]":
    """What people decided up to now, also after the publication."""
    from crm_pipelines.stores.ledger.facts import as_judged  # noqa: PLC0415 - kept beside the ledger it is read from
    from crm_pipelines.stores.ledger.ledger import open_ledger  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415 - as above

    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        return as_judged(ledger.decisions())

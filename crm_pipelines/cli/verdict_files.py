"""`crm-pipelines review export` and `review import`: the verdicts of a project as a file, and back."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.page.private_file import write_private
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.ledger.facts import as_judged
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_versions import open_version
from crm_pipelines.stores.verdict_file import ReadVerdicts, faults_against, project_mark, read_verdicts, written


def export_file(call: Invocation, file: Path) -> int:
    """Write the decisions of the ledger, for nobody else to read."""
    if file.is_dir():
        raise RefusedInputError("inspect.bad_target", file=str(file))
    loaded = call.load_project()
    with _ledger(loaded) as ledger:
        decisions = ledger.decisions()
    write_private(file, "".join(written(decisions, project_mark(loaded.project_key))))
    call.output.value("file", str(file))
    call.output.value("n_decisions", len(decisions))
    call.output.line("verdicts.written", file=str(file), n_decisions=len(decisions))
    return FINE


def import_file(call: Invocation, file: Path, *, is_dry: bool) -> int:
    """Record the decisions of a file that the ledger does not have yet; they count at once, and it says so.

    Whoever may do this has the project's folder, and so its rules: a second person could not be proved to be one.

    Raises:
        RefusedInputError: something in it is wrong; nothing was recorded.
    """
    loaded = call.load_project()
    read = read_verdicts(_lines(file), file.name)
    with _ledger(loaded) as ledger:
        known = ledger.decisions()
        is_own = read.project == project_mark(loaded.project_key)
        faults = list(read.faults) or faults_against(read, known, file.name, None if is_own else _ever_ours(loaded))
        if faults:
            raise RefusedInputError("verdicts.refused", faults, file=file.name)
        recorded = {one.decision_id for one in known}
        new = [one for one in read.decisions.values() if one.decision_id not in recorded]
        name = None if is_dry else ledger.import_decisions(new, datetime.now(UTC))
        n_conflicts = len(verdicts(as_judged(ledger.decisions())).suspended)
    _tell(call, read, len(new), n_conflicts, is_dry=is_dry)
    call.output.value("import_id", name)
    if name is not None:
        call.output.line("verdicts.at_once", import_id=name)
    return FINE


def _tell(call: Invocation, read: ReadVerdicts, n_new: int, n_conflicts: int, *, is_dry: bool) -> None:
    n_known = len(read.decisions) - n_new
    call.output.value("n_new", n_new)
    call.output.value("n_known", n_known)
    call.output.value("n_conflicts", n_conflicts)
    call.output.line("verdicts.would_read" if is_dry else "verdicts.read", n_new=n_new, n_known=n_known)
    if n_conflicts:
        call.output.line("verdicts.conflicts", n_conflicts=n_conflicts)


def _ever_ours(loaded: LoadedProject) -> Callable[[str], bool]:
    """Whether a record id was ever published in this project."""
    _, con = open_version(ProjectPaths(loaded.root), None)
    with con:
        rows = con.execute("select distinct record_id from crosswalk").fetchall()
    known = {record for (record,) in rows}
    return known.__contains__


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise RefusedInputError("verdicts.no_file", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise RefusedInputError("verdicts.not_utf8", file=str(file)) from error


def _ledger(loaded: LoadedProject) -> Ledger:
    return open_ledger(located(loaded.project.stores.ledger_url, loaded.root))

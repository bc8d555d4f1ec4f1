"""`crm-pipelines scorecard --ablation`: measure what defects cost in the publication, and keep it for the scorecard."""

from datetime import UTC, datetime

import polars as pl

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.ledger_answers import ledger_decisions
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores.defect_costs import Measuring, measure_costs
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_versions import open_version
from crm_pipelines.stores.quality_scores import keep_costs
from crm_pipelines.stores.scorecard_view import read_scorecard

_COMMAND = "crm-pipelines scorecard --ablation"
_WAIT_SECONDS = 60.0  # for a run to end: the figures are there already


def measure(call: Invocation, size: int) -> None:
    """Measure, and keep the costs in the operations file in place of those before.

    The publication is read as any reader reads it; the project's lock is held for the moment of writing alone.

    Args:
        call: whose project it is.
        size: records to blank for each source, customer type and field, at most.

    Raises:
        RefusedInputError: `scorecard.nothing_scored`: no run has scored anything yet.
        StoreError: nothing is published; a store cannot be opened.
        LockHeldError: a run goes on.
    """
    paths, now = ProjectPaths(call.root), datetime.now(UTC)
    expected = frozenset(
        (row.source, row.field)
        for row in read_scorecard(paths).delivered
        if row.source and row.field and row.dimension is Dimension.COMPLETENESS
    )
    if not expected:
        raise RefusedInputError("scorecard.nothing_scored")
    call.output.line("scorecard.measuring", n_records=size)
    costs = _measured(call, paths, expected, size, now)
    with RunLock(paths.lock).acquire(command=_COMMAND, run_id=None, now=now, wait_seconds=_WAIT_SECONDS):
        keep_costs(OperationsFiles(paths), costs)


def _measured(
    call: Invocation, paths: ProjectPaths, expected: frozenset[tuple[str, str]], size: int, now: datetime
) -> pl.DataFrame:
    rules = call.load_project().rules.matching.clustering
    version, con = open_version(paths, None)
    with con:
        evidence = PairEvidence.of(con, ModelStore(paths.models))
        limits = {kind: Limits.of(evidence.model.types[kind].thresholds.review, rules) for kind in CustomerType}
        demanded = verdicts(ledger_decisions(call))
        return measure_costs(Measuring(con, version, evidence.model, demanded, limits, expected, size), now)

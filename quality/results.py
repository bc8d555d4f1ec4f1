"""What a check found: one result per check and run, in counts, codes and ids, never a customer's values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.model.errors import Fact
from crm_pipelines.rules.quality import Dimension, QualityCheck, Severity

CHECK_ERROR = "quality.check_error"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        check: the check's id.
        table_name: the table it looked at.
        dimension: the side of quality.
        severity: what a broken check does.
        passed: whether the table is within what the check tolerates.
        n_checked: values (or rows, or groups) the check says something of; of the columns of a check, the sum.
        n_failed: those among them that break it; not 0 in a passed check that tolerates a share.
        code: message code of the sentence, or `quality.check_error` when the check could not be run.
        facts: of the sentence: `check`, `table`, `column`, `n_checked`, `n_failed`, `threshold`, `owner`, `ids` (a few
            of the rows that fail, by their key), and what single kinds add.
    """

    check: str
    table_name: str
    dimension: Dimension
    severity: Severity
    passed: bool
    n_checked: int
    n_failed: int
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def is_blocking_failure(self) -> bool:
        """Whether this result alone keeps the last publication live."""
        return not self.passed and self.severity is Severity.BLOCKING


@dataclass(frozen=True, slots=True)
class Count:
    """What one column (or one group of columns) of a check came to.

    Attributes:
        columns: looked at together; empty when the check is of the whole table.
        n_checked: see `CheckResult`.
        n_failed: see `CheckResult`.
        passed: whether the column is within what the check tolerates.
    """

    columns: tuple[str, ...]
    n_checked: int
    n_failed: int
    passed: bool


def result_of(check: QualityCheck, counts: Sequence[Count], **more: Fact) -> CheckResult:
    """Fold the counts of a check's columns into its one result; `column` names those that failed, or else all."""
    failed = [count for count in counts if not count.passed]
    columns = [", ".join(count.columns) for count in failed or counts if count.columns]
    n_checked = sum(count.n_checked for count in counts)
    n_failed = sum(count.n_failed for count in counts)
    facts: dict[str, Fact] = {
        "check": check.id,
        "table": check.table,
        "column": ", ".join(columns),
        "n_checked": n_checked,
        "n_failed": n_failed,
        "threshold": check.threshold,
        "owner": check.owner,
    }
    facts |= {name: fact for name, fact in more.items() if fact is not None}
    return CheckResult(
        check.id, check.table, check.dimension, check.severity, not failed, n_checked, n_failed, check.message, facts
    )


def error_result(check: QualityCheck, error: str) -> CheckResult:
    """The result of a check that could not be run: failed, with the class of the error and nothing of its text."""
    facts: dict[str, Fact] = {"check": check.id, "table": check.table, "error": error, "owner": check.owner}
    return CheckResult(check.id, check.table, check.dimension, check.severity, False, 0, 0, CHECK_ERROR, facts)


def check_name(check: QualityCheck) -> str:
    """A name of the check that is stable and fits `[a-z0-9_]+`."""
    return re.sub(r"[^a-z0-9_]+", "_", check.id.lower())


def metadata(result: CheckResult) -> dict[str, Fact]:
    """The result as flat facts for a run's log; ids and counts only."""
    return {
        **result.facts,
        "code": result.code,
        "dimension": str(result.dimension),
        "n_checked": result.n_checked,
        "n_failed": result.n_failed,
    }

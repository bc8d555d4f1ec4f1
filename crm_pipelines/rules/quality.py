"""The checks at the gates: what must hold of which table, and whether breaking it stops the publication."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from crm_pipelines.model.measures import Metric
from crm_pipelines.rules.frozen import Frozen, refusal


class CheckKind(StrEnum):
    """What a check does; the word says which of its settings it needs."""

    NOT_NULL = "not_null"  # columns
    UNIQUE = "unique"  # columns, together
    UNIQUE_LIVE = "unique_live"  # columns, together, among the rows of an open period (`valid_to` null)
    ALLOWED_VALUES = "allowed_values"  # columns, values
    PATTERN = "pattern"  # columns, pattern: a regular expression the whole value must match
    ORPHAN = "orphan"  # columns[0] must stand in `references`
    CONDITION = "condition"  # then: must hold of every row, or of those of which `when` holds
    NO_ROWS = "no_rows"  # query: selects the rows that break the rule
    NOT_EMPTY = "not_empty"  # the table has rows
    ROW_COUNT_DROP = "row_count_drop"  # threshold: share of the last publication's rows that may be gone
    FILL_RATE_DROP = "fill_rate_drop"  # columns, threshold: points 0..1 by which the filled share may fall
    QUARANTINE_SHARE = "quarantine_share"  # threshold per source: share of the rows of a run
    MOJIBAKE_SHARE = "mojibake_share"  # columns, threshold: share of values with wrecked characters
    # threshold of the three: how far matching may have moved since the last publication, 0..1
    MATCH_VOLUME_JUMP = "match_volume_jump"  # pairs merged without a person, per record; as a share of the larger
    MATCH_WEIGHT_SHIFT = "match_weight_shift"  # distance of the distributions of match weights
    CLUSTER_SIZE_JUMP = "cluster_size_jump"  # records of the customer a record is in; as a share of the larger
    METRIC_DRIFT = "metric_drift"  # columns: metrics; threshold: the least move from their own past that is told
    FRESHNESS = "freshness"  # of every source that declares `expected_every`
    RECONCILIATION = "reconciliation"  # rows and sums from landing to the publication


# These hold a publication against the last one, and say of no row that it is wrong: who signs for a change has seen it.
COMPARING_KINDS = frozenset({
    CheckKind.ROW_COUNT_DROP, CheckKind.FILL_RATE_DROP,
    CheckKind.MATCH_VOLUME_JUMP, CheckKind.MATCH_WEIGHT_SHIFT, CheckKind.CLUSTER_SIZE_JUMP,
})  # fmt: skip


# These speak of a run as a whole, of its figures and its accounts, not of the rows of a table.
RUN_KINDS = frozenset({CheckKind.METRIC_DRIFT, CheckKind.FRESHNESS, CheckKind.RECONCILIATION})


class Severity(StrEnum):
    """What a broken check does."""

    BLOCKING = "blocking"  # the last publication stays live
    WARNING = "warning"  # it is told


class Gate(StrEnum):
    """Where the road is stopped."""

    ARRIVAL = "arrival"  # what came in, before anything is made of it
    GOLDEN = "golden"  # the golden customers
    PUBLICATION = "publication"  # the candidate as a whole, before readers see it


class Dimension(StrEnum):
    """The side of quality a check looks at."""

    COMPLETENESS = "completeness"
    UNIQUENESS = "uniqueness"
    VALIDITY = "validity"
    CONSISTENCY = "consistency"
    ACCURACY = "accuracy"
    TIMELINESS = "timeliness"


Share = Annotated[float, Field(ge=0, le=1)]
DEFAULT_OWNER = "data_stewards"
_NEEDED: dict[CheckKind, tuple[str, ...]] = {
    CheckKind.NOT_NULL: ("columns",),
    CheckKind.UNIQUE: ("columns",),
    CheckKind.UNIQUE_LIVE: ("columns",),
    CheckKind.ALLOWED_VALUES: ("columns", "values"),
    CheckKind.PATTERN: ("columns", "pattern"),
    CheckKind.ORPHAN: ("columns", "references"),
    CheckKind.CONDITION: ("then",),
    CheckKind.NO_ROWS: ("query",),
    CheckKind.ROW_COUNT_DROP: ("threshold",),
    CheckKind.FILL_RATE_DROP: ("columns", "threshold"),
    CheckKind.QUARANTINE_SHARE: ("threshold",),
    CheckKind.MOJIBAKE_SHARE: ("columns", "threshold"),
    CheckKind.MATCH_VOLUME_JUMP: ("threshold",),
    CheckKind.MATCH_WEIGHT_SHIFT: ("threshold",),
    CheckKind.CLUSTER_SIZE_JUMP: ("threshold",),
    CheckKind.METRIC_DRIFT: ("columns", "threshold"),
}


class Reference(Frozen):
    """The table and column in which a value must stand."""

    table: str
    column: str


class Description(Frozen):
    """What a rule asks for, in one sentence of each language."""

    en: str = Field(min_length=1)
    ja: str = Field(min_length=1)


# A row can be asked these by itself, as it comes in.
ARRIVAL_KINDS = frozenset({CheckKind.NOT_NULL, CheckKind.ALLOWED_VALUES, CheckKind.PATTERN, CheckKind.CONDITION})
ARRIVAL_TABLE = "standardised_records"
# These look at rows one by one, so they may look at those of some sources alone.
PER_SOURCE_KINDS = ARRIVAL_KINDS | {
    CheckKind.UNIQUE, CheckKind.UNIQUE_LIVE, CheckKind.ORPHAN, CheckKind.MOJIBAKE_SHARE,
}  # fmt: skip


class QualityCheck(Frozen):
    """One check.

    Attributes:
        id: its name in results, reports and overrides.
        table: of the publication, or `standardised_records`, or `runs`.
        kind: what it does.
        columns: it looks at; of `unique` together, otherwise each by itself.
        dimension: the side of quality.
        severity: what breaking it does.
        message: code of the sentence; its facts are table, column, n_failed, n_checked, threshold.
        threshold: share 0..1 that may fail, fall or be held; None: none may.
        source_thresholds: a threshold of its own for a source, where the check is per source.
        values: what may stand there, of `allowed_values`.
        pattern: of `pattern`.
        references: of `orphan`.
        query: of `no_rows`: the name of a query shipped for the table, or SQL; `{rows}` stands for the rows checked.
        when: of `condition`: the rows it speaks of (`rules/conditions.py`); None: all.
        then: of `condition`: what must hold of them.
        sources: only rows of these are looked at; empty: all.
        gate: `arrival`: a row that breaks it goes to quarantine; None: it stands where its table is whole.
        owner: who looks after it: a word of the catalogue (`quality.owner.<owner>`), a name or an address.
        description: of a project's own rule; a shipped one is described in the catalogue (`quality.rule.<id>`).
        is_enabled: false switches a shipped check off.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    table: str
    kind: CheckKind
    columns: tuple[str, ...] = ()
    dimension: Dimension
    severity: Severity
    message: str
    threshold: Share | None = None
    source_thresholds: Mapping[str, Share] = {}
    values: tuple[str, ...] = ()
    pattern: str | None = None
    references: Reference | None = None
    query: str | None = None
    when: str | None = None
    then: str | None = None
    sources: tuple[str, ...] = ()
    gate: Literal[Gate.ARRIVAL] | None = None
    owner: str = Field(default=DEFAULT_OWNER, min_length=1)
    description: Description | None = None
    is_enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _told_by_its_kind(cls, written: Any) -> Any:
        """Without a message of its own a check says what its kind says."""
        if isinstance(written, dict) and written.get("message") is None and "kind" in written:
            return {**written, "message": f"quality.{written['kind']}"}
        return written

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        missing = [name for name in _NEEDED.get(self.kind, ()) if getattr(self, name) in (None, ())]
        if missing:
            raise refusal("configuration.missing_parts", ", ".join(missing))
        if self.kind is CheckKind.METRIC_DRIFT and not set(self.columns) <= set(Metric):
            raise refusal("configuration.wrong_value", ", ".join(Metric))
        if self.gate is Gate.ARRIVAL and not self._can_stand_at_arrival:
            raise refusal("configuration.no_rule_of_arrival", ", ".join(sorted(ARRIVAL_KINDS)))
        return self

    @property
    def _can_stand_at_arrival(self) -> bool:
        is_of_rows = self.kind in ARRIVAL_KINDS and self.table == ARRIVAL_TABLE
        return is_of_rows and self.severity is Severity.BLOCKING and self.threshold is None

    def threshold_of(self, source: str) -> float:
        """The threshold for a source; 0 when the check has none."""
        return self.source_thresholds.get(source, self.threshold or 0.0)


class ChangeBudget(Frozen):
    """How far changed rules or another model may change the last publication without a signature.

    Attributes:
        changed_ids: share of the customers published that would be made of other records, or be gone.
        changed_values: share of the customers published that would get another golden value.
        contradicted_verdicts: verdicts that would be suspended or asked again.
    """

    changed_ids: Share = 0.02
    changed_values: Share = 0.1
    contradicted_verdicts: int = Field(default=0, ge=0)


class QualityRules(Frozen):
    """`rules/quality.yaml`: the checks by id, in the order of the file, and what a change may do unsigned."""

    checks: Mapping[str, QualityCheck]
    change_budget: ChangeBudget = ChangeBudget()

    @model_validator(mode="before")
    @classmethod
    def _ids_from_keys(cls, written: Any) -> Any:
        if not isinstance(written, dict) or not isinstance(written.get("checks"), dict):
            return written
        checks = {
            name: {**check, "id": name} if isinstance(check, dict) else check
            for name, check in written["checks"].items()
        }
        return {**written, "checks": checks}

    @property
    def enabled(self) -> tuple[QualityCheck, ...]:
        """The checks that are switched on."""
        return tuple(check for check in self.checks.values() if check.is_enabled)

    def softened(self, ids: Collection[str] | None = None) -> Self:
        """The same rules with some checks telling in place of holding.

        Args:
            ids: of the checks; None: all of them.
        """
        checks = {
            name: check.model_copy(update={"severity": Severity.WARNING}) if ids is None or name in ids else check
            for name, check in self.checks.items()
        }
        return self.model_copy(update={"checks": checks})

    def of_kind(self, kind: CheckKind) -> tuple[QualityCheck, ...]:
        """The enabled checks of a kind."""
        return tuple(check for check in self.enabled if check.kind is kind)

    def of_table(self, table: str) -> tuple[QualityCheck, ...]:
        """The enabled checks of a table."""
        return tuple(check for check in self.enabled if check.table == table)


def least_moves(rules: QualityRules) -> dict[Metric, float]:
    """Metric -> the least move from its own past that is told; metrics that no check asks for are left out."""
    return {
        Metric(name): check.threshold or 0.0
        for check in rules.of_kind(CheckKind.METRIC_DRIFT)
        for name in check.columns
    }

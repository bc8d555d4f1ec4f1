"""What people do with rows in quarantine, for pages and commands alike: put right, let go on, drop, take back.

What is said is an entry of the ledger and counts from the next reading of the row on. Nothing is recorded that would
change nothing: a row that would be held back again, as it is or as it was put right, is refused with the reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.arrival_rules import BREAKS_RULE, arrival_tests, broken_rule
from crm_pipelines.stores.ledger.facts import Correction, NewCorrection
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.quarantine import HeldRow, held_rows, rows_held_before, rows_of_record
from crm_pipelines.stores.row_corrections import DROPPED, DROPPING, RowCorrections, row_digest, with_fields
from crm_pipelines.stores.stewardship import Signature

FIXABLE = frozenset(
    {"row.lost_characters", "row.swapped_columns", "row.individual_number", "row.nobody", "row.missing_owner",
     "row.unreadable_value", "row.tells_nothing", "row.mojibake", BREAKS_RULE}
)  # fmt: skip
"""What is wrong in a row that could be read; of the others there are no columns to put right."""
PROGRAM = "crm-pipelines"
_FOUND_BY_READING = FIXABLE - {"row.mojibake"}
_MOST_EXPIRED = 5_000


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row, why it is held back, and what somebody said of it that the next run takes in, or took in."""

    row: HeldRow
    fault: Fault
    correction: Correction | None

    @property
    def is_dropped(self) -> bool:
        """Whether it is not to be read."""
        return self.row.reason == DROPPED or (self.correction is not None and self.correction.action in DROPPING)


class QuarantineDesk:
    """The quarantine of a project, with the ledger in which what is said of it stands.

    Args:
        loaded: the project.
        ledger: in the hands of whoever decides.
    """

    def __init__(self, loaded: LoadedProject, ledger: Ledger) -> None:
        self._loaded, self._ledger = loaded, ledger
        self._paths = ProjectPaths(loaded.root)
        self._rules = loaded.rules.quarantine
        self.corrections = RowCorrections.of(ledger.corrections(), loaded.project_key)

    def line(self, row: HeldRow) -> RowLine:
        """A row with its reason and what was said of it."""
        return RowLine(row, fault_of(row), self.corrections.of_row(row.source_record_id, row.raw))

    def chosen(self, source: str, reason: str) -> list[HeldRow]:
        """All rows of a reason, to do the same with each.

        Raises:
            ConflictError: `quarantine.too_many`: no reason, or more rows than may be decided together.
        """
        most = self._rules.most_together
        rows = held_rows(self._paths, source=source, reason=reason, after="", n_most=most + 1)
        if not reason or len(rows) > most:
            raise ConflictError("quarantine.too_many", n_most=most)
        return rows

    def named(self, name: str) -> list[HeldRow]:
        """The rows that an id speaks of: of the row itself, or of its source record."""
        return rows_of_record(self._paths, name)

    def may_release(self, row: HeldRow) -> bool:
        """Whether the rules let a row go on in spite of its reason."""
        return row.reason in self._rules.releasable

    def fix(self, row: HeldRow, fields: Mapping[str, str | None], signed: Signature) -> None:
        """Put columns of a row right.

        Raises:
            ConflictError: `quarantine.unchanged`; `quarantine.not_fixable`; the reason for which it would be held
                back all the same.
        """
        if not fields:
            raise ConflictError("quarantine.unchanged")
        if row.reason not in FIXABLE or not fields.keys() <= columns_of(row.raw).keys():
            raise ConflictError("quarantine.not_fixable", row=row.source_record_id)
        _refuse(self.verdict(row, signed.decided_at, fields))
        self._record([row], "fix", signed, fields)

    def drop(self, rows: Sequence[HeldRow], signed: Signature) -> int:
        """Decide that rows are not to be read; how many were not dropped already.

        Raises:
            ConflictError: `quarantine.no_reason`.
        """
        _require_reason(signed)
        return self._record([row for row in rows if not self.line(row).is_dropped], "drop", signed)

    def release(self, rows: Sequence[HeldRow], signed: Signature) -> int:
        """Let rows go on as they are; how many were not let go already.

        Raises:
            ConflictError: `quarantine.no_reason`; `quarantine.not_releasable`; the reason for which one would be held
                back all the same. Nothing was recorded.
        """
        _require_reason(signed)
        for row in rows:
            if not self.may_release(row):
                raise ConflictError("quarantine.not_releasable", row=row.source_record_id, reason=row.reason)
            _refuse(self.verdict(row, signed.decided_at, waived=row.reason))
        return self._record([row for row in rows if not self._is(row, "release")], "release", signed)

    def resubmit(self, rows: Sequence[HeldRow], signed: Signature) -> int:
        """Have rows read again as they are; how many.

        Raises:
            ConflictError: the reason for which the first of them would be held back again. Nothing was recorded.
        """
        for row in rows:
            if self.line(row).is_dropped:
                raise ConflictError("quarantine.is_dropped", row=row.source_record_id)
            _refuse(self.verdict(row, signed.decided_at))
        return self._record(rows, "resubmit", signed)

    def undo(self, rows: Iterable[HeldRow], signed: Signature) -> int:
        """Take back what was said of rows; of how many something was said."""
        return self._record([row for row in rows if self.line(row).correction is not None], "keep", signed)

    def undo_record(self, source_record_id: str, signed: Signature) -> int:
        """Take back all that was said of the rows of a source record, also of those that are read since.

        Raises:
            ConflictError: `quarantine.had_older`: an older version of the row was in use before, which only its source
                can bring back. Nothing was recorded.
        """
        if not self.named(source_record_id) and _has_older(self._paths, source_record_id):
            raise ConflictError("quarantine.had_older", row=source_record_id)
        said = [one for one in self.corrections.in_force() if one.source_record_id == source_record_id]
        self._ledger.record_corrections(
            [
                NewCorrection(
                    source_record_id=one.source_record_id, row_digest=one.row_digest, action="keep",
                    steward=signed.steward, recorded_at=signed.decided_at, reason=signed.reason,
                )
                for one in said
            ]
        )  # fmt: skip
        return len(said)

    def expire(self, now: datetime) -> int:
        """Drop, as the rules say, what lay in quarantine too long and nobody has said anything of; how many rows."""
        days = self._rules.expire_after_days
        if days is None:
            return 0
        old = rows_held_before(self._paths, now - timedelta(days=days), _MOST_EXPIRED)
        untouched = [row for row in old if row.reason != DROPPED and self.line(row).correction is None]
        return self._record(untouched, "expire", Signature(PROGRAM, now)) if untouched else 0

    def verdict(
        self, row: HeldRow, now: datetime, fields: Mapping[str, str | None] | None = None, waived: str | None = None
    ) -> Fault | None:
        """Why a row would be held back, with columns put right so or a reason waived; None when it can be read then."""
        found, held = self._loaded.sources.get(row.source), fault_of(row)
        if found is None or row.raw is None or not columns_of(row.raw):
            return held
        if not fields and waived is None and row.reason not in _FOUND_BY_READING:
            return held  # what its source's reader found stands in the row as it was delivered
        meaning = SourceMeaning(
            source=row.source,
            mapping=found.mapping,
            place=Place(country=self._loaded.project.country, timezone=found.timezone),
            project_key=self._loaded.project_key,
        )
        payload, fault = with_fields(row.raw, fields or {}), held
        for stream in found.mapping.streams:  # the row does not say of which kind it is: any that can read it will do
            name, position = row.source_record_id, row.position or ""
            version = Version(name, None, stream, payload, position, None, now, now, waived)
            read = interpret(meaning, [version])
            if not read.quarantined:
                return broken_rule(read.records, arrival_tests(self._loaded.rules.quality))
            fault = Fault(read.quarantined[0]["reason_code"], json.loads(read.quarantined[0]["facts"]))
        return fault

    def _is(self, row: HeldRow, action: str) -> bool:
        said = self.line(row).correction
        return said is not None and said.action == action

    def _record(
        self, rows: Sequence[HeldRow], action: str, signed: Signature, fields: Mapping[str, str | None] | None = None
    ) -> int:
        self._ledger.record_corrections(
            [
                NewCorrection(
                    source_record_id=row.source_record_id,
                    row_digest=row_digest(self._loaded.project_key, row.source_record_id, row.raw),
                    action=action,
                    steward=signed.steward,
                    recorded_at=signed.decided_at,
                    fields=fields,
                    reason=signed.reason,
                    waives=row.reason if action == "release" else None,
                )
                for row in rows
            ]
        )
        return len(rows)


def _has_older(paths: ProjectPaths, source_record_id: str) -> bool:
    """Whether what is published of a row is not the first version of it."""
    with Publications(paths).connect_current() as con:
        found = con.execute(
            """select 1 from standardised_records
               where source_record_id = ? and first_delivered_at < delivered_at limit 1""",
            [source_record_id],
        ).fetchall()
    return bool(found)


def fault_of(row: HeldRow) -> Fault:
    """Why a row is held back, as a sentence."""
    return Fault(row.reason, json.loads(row.facts or "{}"))


def columns_of(raw: str | None) -> dict[str, object]:
    """A row as columns; none where it is no JSON object."""
    try:
        found = json.loads(raw or "null")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _require_reason(signed: Signature) -> None:
    if not (signed.reason or "").strip():
        raise ConflictError("quarantine.no_reason")


def _refuse(fault: Fault | None) -> None:
    if fault is not None:
        raise ConflictError(fault.code, **fault.facts)

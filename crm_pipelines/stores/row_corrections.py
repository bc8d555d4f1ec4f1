"""What people said of rows in quarantine, in effect where rows are read: put right, dropped, let go on as they are.

Landing stays as it was delivered. A correction is an entry of the ledger and speaks of one row as it was delivered, by
a keyed digest of its text: the same row again is read with it, another version of the row is not. So a rebuild from
landing and ledger reads the same.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from crm_pipelines.stores.ledger.facts import Correction

DROPPED = "row.dropped"
DROPPING = frozenset({"drop", "expire"})
_SAYS_NOTHING = frozenset({"keep", "resubmit"})
_MOST_STEPS = 50  # a corrected row that was still not fit may be corrected again


def row_digest(project_key: bytes, source_record_id: str, payload: str | None) -> str:
    """Names a row as it was delivered, without telling anything of it: 32 hex digits of a keyed BLAKE2b."""
    text = f"{source_record_id}\x1f{payload or ''}".encode()
    return hashlib.blake2b(text, digest_size=16, key=project_key[:64]).hexdigest()


def with_fields(payload: str, fields: Mapping[str, str | None]) -> str:
    """A row with some columns put right; None empties one."""
    return json.dumps({**json.loads(payload), **fields}, ensure_ascii=False)


@dataclass(frozen=True)
class RowCorrections:
    """The corrections up to a place in the ledger.

    Attributes:
        by_digest: of a row -> the last correction that speaks of it.
        project_key: keys the digests.
    """

    by_digest: Mapping[str, Correction]
    project_key: bytes

    @classmethod
    def of(cls, corrections: Iterable[Correction], project_key: bytes) -> "RowCorrections":
        """In ledger order: the last word on a row counts."""
        return cls({one.row_digest: one for one in corrections}, project_key)

    def of_row(self, source_record_id: str, payload: str | None) -> Correction | None:
        """The correction of a row as it was delivered; None also for one that was taken back."""
        found = self.by_digest.get(row_digest(self.project_key, source_record_id, payload))
        return None if found is None or found.action in _SAYS_NOTHING else found

    def in_force(self) -> list[Correction]:
        """What counts, in the order of the rows' digests."""
        return [one for _, one in sorted(self.by_digest.items()) if one.action not in _SAYS_NOTHING]

    def applied(self, versions: pl.DataFrame) -> pl.DataFrame:
        """Versions that wait to be read, as they are to be read.

        Args:
            versions: with `source_record_id`, `payload`, `fault_code` and `fault_facts`.

        Returns:
            The same; where somebody has said something, with `waived`: the reason in spite of which a row goes on.
        """
        named = {one.source_record_id for one in self.by_digest.values()}
        if not named or not versions["source_record_id"].is_in(list(named)).any():
            return versions
        rows = versions.select("source_record_id", "payload", "fault_code", "fault_facts").rows()
        read = [self._read(*row) if row[0] in named else (*row[1:], None) for row in rows]
        columns = dict(zip(("payload", "fault_code", "fault_facts", "waived"), zip(*read, strict=True), strict=True))
        return versions.with_columns(**{name: pl.Series(values, dtype=pl.String) for name, values in columns.items()})

    def _read(
        self, source_record_id: str, payload: str | None, fault: str | None, facts: str | None
    ) -> tuple[str | None, str | None, str | None, str | None]:
        for _ in range(_MOST_STEPS):
            found = self.of_row(source_record_id, payload)
            if found is None:
                break
            if found.action in DROPPING or payload is None:
                return payload, DROPPED, None, None
            if found.action == "release":
                is_waived = fault == found.waives
                return payload, None if is_waived else fault, None if is_waived else facts, found.waives
            payload, fault, facts = with_fields(payload, found.fields or {}), None, None
        return payload, fault, facts, None

"""What is done to customers though nobody asked, written down so that it can be made again when it is approved."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crm_pipelines.model.enums import ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A merge, a split, a decision taken back, or a program's judgement of two sets of records.

    Attributes:
        kind: which of them.
        golden_ids: the customers named, of a merge and a split; ids may move, the records below may not.
        decision_id: what is taken back; None of the others.
        record_ids_left: one side of the decision, as shown, sorted; of a split the records that are parted.
        record_ids_right: the other side.
        customers: the live records of every customer that it touches, as shown: a set each, all sorted.
    """

    kind: ActKind
    golden_ids: tuple[str, ...]
    decision_id: str | None
    record_ids_left: tuple[str, ...]
    record_ids_right: tuple[str, ...]
    customers: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Act":
        """From what stands in the ledger."""
        lists = {name: tuple(content[name]) for name in ("golden_ids", "record_ids_left", "record_ids_right")}
        customers = tuple(tuple(records) for records in content["customers"])
        return cls(kind=ActKind(content["kind"]), decision_id=content["decision_id"], customers=customers, **lists)

    def written(self) -> dict[str, Any]:
        """As it stands in the ledger."""
        return asdict(self)

    @property
    def n_records(self) -> int:
        """How many records hang on it: its value, as that of a question."""
        return sum(map(len, self.customers))

    @property
    def about(self) -> frozenset[frozenset[str]]:
        """What it speaks of: the decision, or the two sets, whichever is called left. No two such wait at once."""
        if self.decision_id is not None:
            return frozenset({frozenset({self.decision_id})})
        return frozenset({frozenset(self.record_ids_left), frozenset(self.record_ids_right)})

    @property
    def fingerprint(self) -> str:
        """Of all it rests on; a form brings it back, so nothing else is confirmed than was shown."""
        content = {name: value for name, value in asdict(self).items() if name != "golden_ids"}
        return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()

    def touches(self, records: Collection[str]) -> bool:
        """Whether any of some records hangs on it."""
        return any(not set(records).isdisjoint(customer) for customer in self.customers)

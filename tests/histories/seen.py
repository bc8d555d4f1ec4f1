"""What a run leaves behind, as far as promises speak of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.clustering.questions import Question
from crm_pipelines.identity.assignment import IdentityEvent


@dataclass(frozen=True)
class Seen:
    """The state after a run.

    Attributes:
        clusters: the partition, sorted.
        homes: record -> golden id.
        questions: the open ones.
        events: what the run logged.
    """

    clusters: Sequence[tuple[str, ...]] = ()
    homes: Mapping[str, str] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    events: Sequence[IdentityEvent] = ()

    def members(self) -> dict[str, tuple[str, ...]]:
        """Golden id -> its records, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for record, golden_id in sorted(self.homes.items()):
            found[golden_id].append(record)
        return {golden_id: tuple(records) for golden_id, records in found.items()}

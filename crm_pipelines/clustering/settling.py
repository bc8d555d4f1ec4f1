"""Whether what people have decided answers a question already, before a run has taken it in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.enums import Judgement


@dataclass(frozen=True)
class Settled:
    """The closure of all decisions, to be asked about many pairs of sets.

    Attributes:
        demanded: the closure.
        groups: record -> the records that people put together with it.
    """

    demanded: Verdicts = field(repr=False)
    groups: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, demanded: Verdicts) -> "Settled":
        """Look the groups up by their records."""
        return cls(demanded, {record: group for group in demanded.together for record in group})

    def between(self, left: Sequence[str], right: Sequence[str]) -> Judgement | None:
        """What the decisions come to for two sets; None while they leave them open.

        Returns:
            NO_MATCH when any record of one must be apart from any of the other, MATCH when all must be one customer.
        """
        if self.parted_pair(left, right) is not None:
            return Judgement.NO_MATCH
        together = self.groups.get(left[0], (left[0],))
        return Judgement.MATCH if set(together).issuperset((*left, *right)) else None

    def parted_pair(self, left: Iterable[str], right: Sequence[str]) -> tuple[str, str] | None:
        """The first pair of records across two sets that must be apart; None when there is none."""
        apart = self.demanded.apart
        pairs = ((one, other) for one in left for other in right) if apart else iter(())
        return next((pair for pair in pairs if (min(pair), max(pair)) in apart), None)

"""What a project may override of matching: the bands, and what keeps records from becoming one customer.

Everything else (weights, frequencies, the caps of blocking keys, the floors) is frozen in the model version, so that
the stored pairs and their weights always belong together.
"""

from typing import Self

from pydantic import Field, model_validator

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.frozen import Frozen, refusal


class Thresholds(Frozen):
    """Match weights (log2 odds, prior included) at which the bands begin.

    Attributes:
        auto_match: at and above it the machine may merge; None: the model version's own.
        review: at and above it a person is asked; None: the model version's own.
    """

    auto_match: float | None = None
    review: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.auto_match is not None and self.review is not None and self.review > self.auto_match:
            raise refusal("configuration.wrong_value", "review ≤ auto_match")
        return self


class ClusteringRules(Frozen):
    """When a group of records is not taken for one customer without a person.

    Attributes:
        size_cap: the most records of a cluster; a larger one is held and asked.
        one_per_source: sources in which nobody stands twice: two records of one of them are never joined without a
            person.
    """

    size_cap: int = Field(ge=2)
    one_per_source: tuple[str, ...] = ()


class MatchingRules(Frozen):
    """`rules/matching.yaml`."""

    thresholds: dict[CustomerType, Thresholds]
    clustering: ClusteringRules

    def thresholds_of(self, customer_type: CustomerType) -> Thresholds:
        """The thresholds of persons or of organisations."""
        return self.thresholds.get(customer_type, Thresholds())

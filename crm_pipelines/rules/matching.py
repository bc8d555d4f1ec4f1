"""The rules of matching that a project may override: thresholds and caps. Weights belong to a model version."""

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


class BlockingRules(Frozen):
    """Which records are compared at all.

    Attributes:
        key_cap: a key shared by more records than this makes no pairs; absolute, never a share of the base.
    """

    key_cap: int = Field(ge=2)


class ClusteringRules(Frozen):
    """When a group of records is not taken for one customer without a person.

    Attributes:
        size_cap: groups of more records are held and asked.
    """

    size_cap: int = Field(ge=2)


class TrainingRules(Frozen):
    """When weights are refined from the project's own data.

    Attributes:
        min_records: fewer records keep the shipped weights.
        seed: of the random samples.
    """

    min_records: int = Field(ge=0)
    seed: int = Field(ge=0)


class MatchingRules(Frozen):
    """`rules/matching.yaml`."""

    thresholds: dict[CustomerType, Thresholds]
    blocking: BlockingRules
    clustering: ClusteringRules
    training: TrainingRules

    def thresholds_of(self, customer_type: CustomerType) -> Thresholds:
        """The thresholds of persons or of organisations."""
        return self.thresholds.get(customer_type, Thresholds())

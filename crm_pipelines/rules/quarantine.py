"""What may become of rows in quarantine without being put right, and how long they may lie there."""

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from crm_pipelines.rules.frozen import Frozen, refusal

Releasable: TypeAlias = Literal["row.lost_characters", "row.swapped_columns", "row.schema_changed"]
"""Reasons of rows that can be read all the same; an individual number, or nobody at all, never goes on."""


class QuarantineRules(Frozen):
    """`rules/quarantine.yaml`.

    Attributes:
        releasable: reason codes in spite of which somebody may let a row go on as it is.
        most_together: so many rows at most are dropped, released or taken back at once.
        tell_after_days: rows that lie there longer are told of.
        expire_after_days: rows that lie there longer are dropped by the program, with an entry in the ledger; None:
            never.
    """

    releasable: tuple[Releasable, ...]
    most_together: int = Field(ge=1, le=5_000)
    tell_after_days: float = Field(gt=0)
    expire_after_days: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _is_told_first(self) -> Self:
        if self.expire_after_days is not None and self.expire_after_days <= self.tell_after_days:
            raise refusal("configuration.expires_untold", f"> {self.tell_after_days:g}")
        return self

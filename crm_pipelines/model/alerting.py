"""What somebody should be told of: conditions that hold, each with a lasting identity, whoever found them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_pipelines.model.errors import Fault


class AlertSeverity(StrEnum):
    """How much of a hurry there is."""

    CRITICAL = "critical"  # readers get nothing new, or what they get cannot be trusted, until somebody acts
    WARNING = "warning"  # somebody should look at it

    @property
    def rank(self) -> int:
        """The worse, the higher."""
        return 1 if self is AlertSeverity.CRITICAL else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is not as it should be.

    Attributes:
        code: its kind; its words are `alert.of.<code>`.
        subject: what it is of: the name of a source or a check; empty: of the project.
        cause: why, as a sentence; facts are ids, counts and names of the configuration.
        source: name in ids of the source concerned; None: of all.
        owner: who answers for it, in the words of the project; None: the rules may say.
        page: address of our own where it is shown.
    """

    code: str
    subject: str = ""
    severity: AlertSeverity
    cause: Fault
    source: str | None = None
    owner: str | None = None
    page: str = "/dashboard"

    @property
    def key(self) -> str:
        """Its identity: the same code of the same subject is the same condition."""
        return f"{self.code}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Observation:
    """What somebody looked at, and all that was wrong there.

    Attributes:
        scope: what was looked at; what is not among the conditions has passed, of this scope and of no other.
        conditions: all that hold.
    """

    scope: str
    conditions: Sequence[Condition] = ()

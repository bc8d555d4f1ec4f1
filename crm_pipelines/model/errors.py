"""What can go wrong, grouped by what the reader should do.

    CrmPipelinesError
    ├── ConfigurationError      fix the file and start again (carries every fault at once)
    ├── SourceError             a source system did not give its rows
    │   ├── RetriableSourceError    wait; the next try may work
    │   └── FatalSourceError        do not retry; somebody must act
    ├── StoreError              a store, the lock or the disk is not available
    │   └── LockHeldError           another run holds the project; `facts` name it
    ├── GateHeldError           a blocking check failed; the last publication stays live
    ├── StepError               a step broke on something nobody foresaw; nothing of it was written
    ├── ContractError           a promise of our own broke; nothing was written
    └── ConflictError           somebody decided first

An error carries a code and facts; the doors render the words from the catalogue in the reader's language. Facts are
ids, counts, file names, row numbers and field names, never values of a customer.
"""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeAlias

Fact: TypeAlias = str | int | float | bool | None


_SHOWN_FRAMES = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a message code of the catalogue and the facts its sentence needs."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


class CrmPipelinesError(Exception):
    """Base of every error of this project."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, dict(facts))
        self.code = code
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        """Code and facts; no sentence, which is for the doors to render."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({shown})"

    @property
    def fault(self) -> Fault:
        """The error as a value that can be stored."""
        return Fault(self.code, self.facts)


class ConfigurationError(CrmPipelinesError):
    """The project folder, a mapping, a rule or the environment is wrong; all faults are reported at once.

    Each fault has the facts `file`, `line` (1-based, or None), `field`, `found` and `expected`.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("configuration.invalid", n_faults=len(faults))
        self.faults = tuple(faults)


class SourceError(CrmPipelinesError):
    """A source system did not give its rows; the others run on."""


class RetriableSourceError(SourceError):
    """The next try may work: time-out, refused connection, too many requests."""


class FatalSourceError(SourceError):
    """Retrying does not help: wrong password, no such table, no such folder."""


class StoreError(CrmPipelinesError):
    """A store, the lock or the disk is not available."""


class LockHeldError(StoreError):
    """Another process holds the project's lock; facts: `pid`, `command`, `run_id`, `since`."""


class GateHeldError(CrmPipelinesError):
    """A blocking check failed; the last publication stays live."""


class StepError(CrmPipelinesError):
    """A step broke on something nobody foresaw; nothing of it was written.

    Made from any other exception without its text, which may quote a customer's values. Facts: `step`, `error` (the
    class), `at` (file and line of the innermost frames).
    """

    @classmethod
    def of(cls, step: str, error: BaseException) -> "StepError":
        """The same failure without a value in it."""
        frames = traceback.extract_tb(error.__traceback__)[-_SHOWN_FRAMES:]
        places = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        return cls("run.step_broke", step=step, error=type(error).__name__, at=places)


@contextmanager
def without_values(step: str) -> Iterator[None]:
    """Let no foreign exception out: Dagster keeps the text of what a step raises, and it may quote a customer.

    Raises:
        StepError: in place of anything that is not one of ours.
    """
    try:
        yield
    except CrmPipelinesError:
        raise
    except Exception as error:  # noqa: BLE001 - its text may quote a customer's values
        raise StepError.of(step, error) from None


class ContractError(CrmPipelinesError):
    """A promise of our own broke (an accounting identity, a uniqueness): a bug, or a store changed by hand."""


class ConflictError(CrmPipelinesError):
    """Somebody decided first."""

"""One standardised value: what a user sees, what matching compares, and why it came out so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from crm_pipelines.model.enums import ValueStatus

_NO_PARTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StandardValue:
    """The outcome of standardising one raw value of one field.

    Attributes:
        std: the value shown to a user: safe clean-up only, glyphs kept; None when nothing could be kept.
        keys: lossy forms for matching only, best first, never shown; empty for a value that is no evidence.
        status: how far `std` can be trusted.
        rules: ids of the rules that fired, in the order they did (`phone.lost_zero`); facts, not sentences.
        parts: named components (`family`, `given`; `prefecture`, `city`, ...), std form, empty ones left out.
        flags: properties that are no parts (`role`, `carrier`, `representative`, `typo:gmail.com`), sorted.
    """

    std: str | None
    keys: tuple[str, ...] = ()
    status: ValueStatus = ValueStatus.OK
    rules: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=lambda: _NO_PARTS)
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The strongest key, or None."""
        return self.keys[0] if self.keys else None


EMPTY = StandardValue(None, status=ValueStatus.EMPTY)

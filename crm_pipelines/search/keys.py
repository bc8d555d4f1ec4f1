"""What customers are found by: the kinds of keys of the search index, and in which ways a hit may have come about."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

_SHORT = 2


class KeyKind(StrEnum):
    """What a key of the index is; one letter, as there are millions of them."""

    GOLDEN_ID = "i"  # without hyphens
    FORMER_ID = "o"  # a retired one that leads to the customer
    SOURCE_ID = "s"  # `source:key` and the bare key, in lower case
    CORPORATE_NUMBER = "c"
    EMAIL = "e"
    PHONE = "p"  # E.164
    NAME = "n"
    READING = "r"  # in Latin letters
    COMPANY = "w"  # that a person belongs to
    KANA = "a"  # the reading of a name as a record states it; for programs, which search exactly
    NAME_END = "N"  # backwards, so that what a name ends with is found as a beginning
    READING_END = "R"
    PHONE_END = "P"
    NAME_INSIDE = "t"  # what is left of an organisation's name from each of its letters on


class How(IntEnum):
    """Why a customer was found; the smaller, the further up it stands."""

    GOLDEN_ID = 1
    FORMER_ID = 2
    SOURCE_ID = 3
    CORPORATE_NUMBER = 4
    EMAIL = 5
    PHONE = 6
    NAME = 7
    READING = 8
    COMPANY_READING = 9
    NAME_START = 20
    READING_START = 21
    NAME_END = 22
    READING_END = 23
    NAME_INSIDE = 24
    EMAIL_START = 25
    PHONE_START = 26
    PHONE_END = 27
    ID_START = 28
    COMPANY = 30
    COMPANY_START = 31
    NAME_NEAR = 40
    READING_NEAR = 41


@dataclass(frozen=True, slots=True)
class Probe:
    """One look into the index.

    Attributes:
        kind: of the keys that are looked at.
        key: the key, or what it must begin with.
        how: what a hit means.
        is_start: whether the key only begins so.
    """

    kind: KeyKind
    key: str
    how: How
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class NearProbe:
    """Keys that are spelled nearly so.

    A single slip leaves one half of the key as it is: those that begin with the first half are looked at, and, read
    backwards, those that end with the second.

    Attributes:
        kind: of the keys; `ends` of the same keys backwards.
        key: as it was typed.
        how: what a hit means.
        most_slips: letters that may be wrong, missing, too many or swapped.
    """

    kind: KeyKind
    ends: KeyKind
    key: str
    how: How
    most_slips: int

    @property
    def halves(self) -> tuple[str, str]:
        """How keys begin, and how they begin backwards."""
        middle = (len(self.key) + 1) // 2
        n_last = len(self.key) - middle
        n_last -= n_last > _SHORT  # so that letters swapped across the middle leave one half whole
        return self.key[:middle], self.key[::-1][:n_last]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as looks into the index.

    Attributes:
        text: as typed, cleaned.
        probes: the surest first.
        near: tried when the others find little.
    """

    text: str
    probes: tuple[Probe, ...]
    near: tuple[NearProbe, ...]

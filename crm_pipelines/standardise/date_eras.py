"""Years counted from an era: 明治, 大正, 昭和, 平成, 令和 and the Republic of China's 民國.

Starts: 明治 1868-01-25, 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01; the first year is 元年.
民國 counts from 1912.
"""

import re
from datetime import date

ERAS = (
    ("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    ("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("令和", "R", date(2019, 5, 1), date.max),
)
"""Name, letter, first and last day."""
_ERA_OF = {sign: era for era in ERAS for sign in (era[0], era[0][0], era[1], era[1].lower())}
_SIGNS = "明治|大正|昭和|平成|令和|[明大昭平令MTSHR]"
_AFTER_YEAR = r"(?: ?[-/.年,·・] ?-?|年 ?-| )"
_ERA = re.compile(
    rf"({_SIGNS})\.? ?[・.]?(元|[0-9]{{1,2}})"
    rf"(?:{_AFTER_YEAR}(?:([0-9]{{1,2}})(?:(?: ?[-/.月,・] ?| )(?:([0-9]{{1,2}})日?)?)?)?)?(?:年?度?)?",
    re.IGNORECASE,
)
_PACKED = re.compile(rf"({_SIGNS})\.?([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})", re.IGNORECASE)
_REPUBLIC = re.compile(
    r"(?:中華)?民[國国] ?(元|[0-9]{1,3})(?:[-/.年](?:([0-9]{1,2})(?:[-/.月](?:([0-9]{1,2})日?)?)?)?)?"
)

EraDate = tuple[int, int | None, int | None, tuple[str, ...], str]
"""Year, month, day, flags (`era_overrun`), era."""


def read_era(text: str) -> EraDate | None:
    """Read a date with an era; None when the text is none.

    A year outside of its era, past its end or before its first day, is converted and flagged `era_overrun`: old
    systems went on counting. Year 0 comes back as year 0, which no calendar has.
    """
    match = _ERA.fullmatch(text) or _PACKED.fullmatch(text)
    if match is None:
        return _republic(text)
    name, _, start, end = _ERA_OF[match[1]]
    count = 1 if match[2] == "元" else int(match[2])
    if count == 0:
        return (0, None, None, (), name)
    year = start.year + count - 1
    month, day = number_or_none(match[3]), number_or_none(match[4])
    is_over = (year, month or 1, day or 1) > (end.year, end.month, end.day)
    is_early = bool(month and day) and (year, month or 1, day or 1) < (start.year, start.month, start.day)
    flags = ("era_overrun",) if is_over or (is_early and name != "明治") else ()
    return (year, month, day, flags, name)


def number_or_none(text: str | None) -> int | None:
    """A matched number, or None."""
    return None if text is None else int(text)


def _republic(text: str) -> EraDate | None:
    match = _REPUBLIC.fullmatch(text)
    if match is None:
        return None
    count = 1 if match[1] == "元" else int(match[1])
    return (1911 + count if count else 0, number_or_none(match[2]), number_or_none(match[3]), (), "民國")

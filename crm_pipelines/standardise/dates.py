"""Dates with their precision: Western and era years, packed digits, Excel serials; birthdays above all.

Era starts: 明治 1868-01-25, 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01; the first year is 元年.
A year past the end of its era is converted and flagged, since old systems went on counting. Japan used a lunisolar
calendar until the end of 1872: earlier dates are flagged, not converted.
"""

import re
from datetime import date, timedelta

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.text import clean_text

_ERAS = (
    ("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    ("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("令和", "R", date(2019, 5, 1), date.max),
)
_ERA_OF = {sign: era for era in _ERAS for sign in (era[0], era[0][0], era[1])}
_PLACEHOLDERS = frozenset(
    {"1900-01-01", "1899-12-30", "1899-12-31", "1970-01-01", "9999-12-31", "0001-01-01", "2999-12-31"}
)
_EXCEL_ZERO = date(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九十廿卅百千]+(?=年|月|日|[-/.])")
_LABEL = re.compile(
    r"^(?:生年月日|誕生日|設立日?|設立年月日?|創業|創立|日付|西暦|DOB|BIRTH ?DAY|BIRTH ?DATE|DATE)[ :]*", re.IGNORECASE
)
_NOISE = re.compile(
    r"[ ,]*(?:[月火水木金土日]曜日?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|生まれ|"
    r"生れ|生|頃|ごろ|設立|創業|創立|付け?|現在)$",
    re.IGNORECASE,
)
_DAY_NAME = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.IGNORECASE)
_WEEKDAY = re.compile(
    r" ?\((?:[月火水木金土日祝・]+(?:曜日?)?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?)\)", re.IGNORECASE
)
_GLOSS = re.compile(r"[ ]?\((?:明治|大正|昭和|平成|令和|西暦|[MTSHR])? ?(?:元|[0-9]{1,4})年?\)", re.IGNORECASE)
_TIME = re.compile(r"(?:[T ]| ?)[0-9]{1,2}[:時][0-9]{1,2}.*$")

_SEP = r" ?(?:[-/.年,·・]|年 ?-) ?"
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR])\.? ?(元|[0-9]{1,2})"
    rf"(?:{_SEP}(?:([0-9]{{1,2}})(?: ?[-/.月,] ?(?:([0-9]{{1,2}})日?)?)?)?)?(?:年?度?)?",
    re.IGNORECASE,
)
_ERA_PACKED = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\.?([0-9]{2})([0-9]{2})([0-9]{2})", re.IGNORECASE
)
_WESTERN = re.compile(rf"([0-9]{{4}})(?:{_SEP}(?:([0-9]{{1,2}})(?: ?[-/.月,・] ?(?:([0-9]{{1,2}})日?)?)?)?)?")
_SPACED = re.compile(r"([0-9]{4}) ([0-9]{1,2}) ([0-9]{1,2})")
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TURNED = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_SHORT = re.compile(r"'?([0-9]{2})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?")
_NAMED = re.compile(r"([a-z]+)\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?,?[ -]([0-9]{4})", re.IGNORECASE)
_NAMED_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]+)\.?,?[ -]([0-9]{4})", re.IGNORECASE)
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")

_Read = tuple[int, int | None, int | None, tuple[str, ...]]


def standardise_date(raw: str | None, day_first: bool | None = None) -> StandardValue:
    """Standardise one date.

    Args:
        raw: the value as received.
        day_first: how the source writes `03/04/1985`; null when nobody said so, then such a value is invalid.

    Returns:
        std ISO 8601 as far as known (`2020-02-29`, `2020-02`, `2020`), the same as key; parts `precision` (`day`,
        `month`, `year`), for a day also `month_key` (`2020-02`) and `month_day` (`02-29`). Flags `era_overrun`,
        `excel_serial`, `lunisolar`. Dates that systems write for "unknown" are placeholders. A two-digit year without
        era is `ambiguous` and gets no std.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    plain = _PLAIN_ISO.fullmatch(text)
    if plain:
        return _checked(int(plain[1]), int(plain[2]), int(plain[3]), ())
    if len(text) > _LONGEST:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("date.unreadable",))
    text = _prepared(text)
    read = _era(text) or _western(text) or _worded(text) or _turned(text, day_first)
    if read is not None:
        return _checked(*read)
    if _SHORT.fullmatch(text):
        return StandardValue(None, status=ValueStatus.AMBIGUOUS, rules=("date.two_digit_year",))
    return StandardValue(None, status=ValueStatus.INVALID, rules=("date.unreadable",))


_LONGEST = 80
_PLAIN_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def _prepared(text: str) -> str:
    text = _WEEKDAY.sub("", _DAY_NAME.sub("", _LABEL.sub("", text)))
    text = _KANJI_NUMBER.sub(_arabic, text).replace("ー", "-")
    text = _NOISE.sub("", _NOISE.sub("", text))
    if not _SERIAL.fullmatch(text):
        text = _GLOSS.sub("", text)
        text = _TIME.sub("", text)
    return text.strip(" .,")


def _arabic(match: re.Match[str]) -> str:
    word = match[0]
    if not set(word) & set("十廿卅百千"):
        return word.translate(_KANJI_DIGITS)
    total = number = 0
    for sign in word:
        if sign in "十百千":
            total += (number or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            number = 0
        elif sign in "廿卅":
            total, number = total + {"廿": 20, "卅": 30}[sign], 0
        else:
            number = int(sign.translate(_KANJI_DIGITS))
    return str(total + number)


def _era(text: str) -> _Read | None:
    match = _ERA_PACKED.fullmatch(text) or _ERA.fullmatch(text)
    if match is None:
        return None
    name, _, start, end = _ERA_OF[match[1].upper()]
    count = 1 if match[2] == "元" else int(match[2])
    if count == 0:
        return (0, None, None, ())
    year = start.year + count - 1
    month, day = _number(match[3]), _number(match[4])
    over = (year, month or 1, day or 1) > (end.year, end.month, end.day)
    early = bool(month and day) and (year, month or 1, day or 1) < (start.year, start.month, start.day)
    flags = (("era_overrun",) if over else ()) + (("era_underrun",) if early and name != "明治" else ())
    return (year, month, day, flags)


def _western(text: str) -> _Read | None:
    match = _PACKED.fullmatch(text) or _SPACED.fullmatch(text) or _WESTERN.fullmatch(text)
    if match:
        return (int(match[1]), _number(match[2]), _number(match[3]), ())
    serial = _SERIAL.fullmatch(text)
    if serial and 10000 <= int(serial[1]) <= 60000:
        found = _EXCEL_ZERO + timedelta(days=int(serial[1]))
        return (found.year, found.month, found.day, ("excel_serial",))
    return None


def _worded(text: str) -> _Read | None:
    match = _NAMED.fullmatch(text)
    if match and match[1].lower() in _MONTHS:
        return (int(match[3]), _MONTHS[match[1].lower()], int(match[2]), ())
    match = _NAMED_DAY.fullmatch(text)
    if match and match[2].lower() in _MONTHS:
        return (int(match[3]), _MONTHS[match[2].lower()], int(match[1]), ())
    return None


def _turned(text: str, day_first: bool | None) -> _Read | None:
    match = _TURNED.fullmatch(text)
    if match is None or day_first is None:
        return None
    first, second = int(match[1]), int(match[2])
    return (int(match[3]), second, first, ()) if day_first else (int(match[3]), first, second, ())


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _checked(year: int, month: int | None, day: int | None, flags: tuple[str, ...]) -> StandardValue:
    try:
        whole = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("date.impossible",))
    precision = "year" if month is None else "month" if day is None else "day"
    std = whole.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]
    rules = tuple(f"date.{flag}" for flag in flags)
    if std in _PLACEHOLDERS or year == 9999:
        return StandardValue(
            std, status=ValueStatus.PLACEHOLDER, rules=("date.placeholder",), parts={"precision": precision}
        )
    if year < 1500 or year > 2200:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("date.out_of_range",))
    if whole < date(1873, 1, 1):
        flags = (*flags, "lunisolar")
    parts = {"precision": precision}
    if precision == "day":
        parts |= {"month_key": std[:7], "month_day": std[5:]}
    status = ValueStatus.REPAIRED if flags and "lunisolar" not in flags else ValueStatus.OK
    return StandardValue(std, (std,), status, rules, parts, tuple(sorted(flags)))

"""Moments in time as sources write them: `updated_at`, `happened_at`."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.text import clean_text

_EPOCH = re.compile(r"(-?[0-9]{9,11}(?:\.[0-9]{1,9})?|-?[0-9]{13}|-?[0-9]{16}|-?[0-9]{19})")
_CLOCK = re.compile(
    r"[T ]? ?(午前|午後|AM|PM)? ?([0-9]{1,2})(?:[:時]([0-9]{1,2})(?:[:分]([0-9]{1,2})(?:[.,]([0-9]{1,9}))?秒?)?分?|時)"
    r" ?(AM|PM)? ?(?:(?:UTC|GMT)(?=[+-]))?([+-][0-9]{2}:?[0-9]{2}(?: [A-Z]{3,4})?|[+-][0-9]{1,2}|[A-Z]{1,4})?"
    r"(?: ?[\[(][A-Za-z_/ ]+[\])])?$",
    re.IGNORECASE,
)
_PACKED = re.compile(
    r"([0-9]{8})[T ]?([0-9]{2})([0-9]{2})([0-9]{2})?(?:[.,][0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?", re.IGNORECASE
)
_SERIAL = re.compile(r"([1-6][0-9]{4})(\.[0-9]{1,15})")
_WRAPPED = re.compile(r"/?Date\((-?[0-9]{9,13})(?:[+-][0-9]{4})?\)/?")
_HAS_CLOCK = re.compile(r"[0-9] ?[:時] ?[0-9]|[0-9]時")
# Zone names that mean one offset everywhere (hours from UTC); RFC 5322 fixes the American ones.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "JST": 9, "KST": 9, "SGT": 8, "HKT": 8, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11,
}  # fmt: skip
_MAIL_DATE = re.compile(r"[A-Za-z]{3},|[0-9]{1,2} [A-Za-z]{3} ")


def parse_timestamp(raw: object, zone: str | tzinfo) -> datetime | None:
    """Read one moment.

    Args:
        raw: text (ISO 8601, Japanese or slashed date with or without time, mail date, packed digits), a number of
            seconds, milliseconds, micro- or nanoseconds since 1970, or a datetime.
        zone: of a value that names none (`Asia/Tokyo`).

    Returns:
        The moment in UTC; None for an empty, unreadable or impossible value (year 0, February 30) and for the dates
        that systems write for "unknown". A date without a time is that day's midnight in `zone`.
    """
    try:
        local = _zone(zone)
        if isinstance(raw, datetime):
            return (raw if raw.tzinfo else raw.replace(tzinfo=local)).astimezone(UTC)
        return _parsed(clean_text("" if raw is None else str(raw)), local)
    except (ValueError, OverflowError, KeyError):  # a zone name of no fixed meaning too
        return None


def _zone(zone: str | tzinfo) -> tzinfo:
    if isinstance(zone, tzinfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _parsed(text: str, local: tzinfo) -> datetime | None:
    if not text:
        return None
    if text[-1].isdigit() or text[-1] in ")/":
        if counted := _EPOCH.fullmatch(text) or _WRAPPED.fullmatch(text):
            return _from_epoch(counted[1])
        if serial := _SERIAL.fullmatch(text):
            return _from_serial(serial, local)
    if packed := _PACKED.fullmatch(text):
        text = f"{packed[1]} {packed[2]}:{packed[3]}:{packed[4] or '00'}{packed[5] or ''}"
    elif _MAIL_DATE.match(text) and (found := _from_mail(text, local)):
        return found
    return _from_words(text, local)


def _from_words(text: str, local: tzinfo) -> datetime | None:
    """A date with or without a clock behind it; a time that cannot be read makes the whole unreadable."""
    clock = _CLOCK.search(text)
    day = standardise_date(text[: clock.start()] if clock else text)
    if day.key is None or day.parts.get("precision") != "day" or (clock is None and _HAS_CLOCK.search(text)):
        return None
    midnight = datetime.fromisoformat(day.key)
    if clock is None:
        return midnight.replace(tzinfo=local).astimezone(UTC)
    return _at(midnight, clock, local)


def _at(midnight: datetime, clock: re.Match[str], local: tzinfo) -> datetime | None:
    half = (clock[1] or clock[6] or "").upper()
    hour, minute, second = int(clock[2]), int(clock[3] or 0), int(clock[4] or 0)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in ("午後", "PM") else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    micros = int((clock[5] or "0").ljust(6, "0")[:6])
    passed = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)
    return (midnight + passed).replace(tzinfo=_offset(clock[7], local)).astimezone(UTC)


def _offset(sign: str | None, local: tzinfo) -> tzinfo:
    if not sign:
        return local
    if sign[0] not in "+-":
        return timezone(timedelta(hours=_ZONES[sign.upper()]))
    digits = sign[1:].partition(" ")[0].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if sign[0] == "-" else delta)


def _from_serial(serial: re.Match[str], local: tzinfo) -> datetime | None:
    """A sheet's day number with the time as its fraction, to the second."""
    seconds = round(float(serial[2]) * 86400)
    found = datetime(1899, 12, 30, tzinfo=local) + timedelta(days=int(serial[1]), seconds=seconds)
    return found.astimezone(UTC)


def _from_epoch(text: str) -> datetime | None:
    whole, _, fraction = text.partition(".")
    digits = len(whole.lstrip("-"))
    scale = {13: 1_000, 16: 1_000_000, 19: 1_000_000_000}.get(digits, 1)
    micros = int(whole) * 1_000_000 // scale + int(fraction.ljust(6, "0")[:6] or 0)
    found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return found if found.year >= 1900 and micros else None


def _from_mail(text: str, local: tzinfo) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=local)).astimezone(UTC)

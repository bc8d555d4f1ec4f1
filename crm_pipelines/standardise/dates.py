"""Dates with their precision: Western and era years, packed digits, Excel serials; birthdays above all.

Eras are read in `date_eras`, months as words in `date_words`. Japan used a lunisolar calendar until the end of 1872:
earlier dates are flagged, not converted. A two-digit year without era and an unstated order of day and month are not
guessed.
"""

import re
from datetime import date, timedelta

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.date_eras import number_or_none, read_era
from crm_pipelines.standardise.date_words import read_worded
from crm_pipelines.standardise.decimal_digits import ascii_digits
from crm_pipelines.standardise.text import clean_text

PLACEHOLDERS = frozenset(
    ("1900-01-01", "1899-12-30", "1899-12-31", "1970-01-01", "9999-12-31", "0001-01-01", "1753-01-01", "2999-12-31")
)
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_RANGE = range(10000, 60001)
_LONGEST = 80

_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月)([0-9]{1,2})日?")
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九壱弐参", "00123456789123")
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九十廿卅百千壱弐参拾]+(?=[年月日年号號/.・-]|$)")
_SPACED = re.compile(
    r"(?<=[0-9〇零元一二三四五六七八九十]) (?=[年月日](?!曜))|(?<=[年月]) (?=[0-9一二三四五六七八九十])"
)
_HANGUL = str.maketrans("년월일号號", "年月日日日")
_LABEL = re.compile(
    r"^(?:(?:生年月日|誕生日|設立日?|設立年月日?|創業|創立|日付|西暦|DOB|DATE OF BIRTH|BIRTH ?DAY|BIRTH ?DATE|"
    r"BORN(?: ON)?|DATE)[ :]*)+",
    re.IGNORECASE,
)
_TEXT_SIGN = re.compile("^'(?=[0-9]{4}|[A-Z][0-9])")  # by which Excel is told that a value is text
_DAY_NAME = re.compile(
    r"^(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?|lundi|mardi|mercredi|jeudi|"
    r"vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lunes|martes|"
    r"miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|(?:segunda|terça|"
    r"quarta|quinta|sexta)-feira|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)(?:\.,?|,)? ",
    re.IGNORECASE,
)
_ERA_IN_BRACKETS = re.compile(r"^\((明治|大正|昭和|平成|令和|西暦)\)")
_REMARK = re.compile(
    r" ?\((?:[月火水木金土日祝・]+(?:曜日?)?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|満?[0-9]{1,3}[歳才]|"
    r"(?:明治|大正|昭和|平成|令和|西暦|[MTSHR])? ?[0-9元][0-9元年月日/. -]*)\)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"[ ,]*(?:[月火水木金土日]曜日?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|満?[0-9]{1,3}[歳才]|生まれ|生れ|生|頃|ごろ|"
    r"設立|創業|創立|付け?|現在)$",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<=[0-9日).])(?:[T ]*| ?)(?:午前|午後|AM|PM)? ?[0-9]{1,2}(?::[0-9]{1,2}|時).*$|"
    r"(?<=-[0-9]{2})(?:Z|[+-][0-9]{2}:?[0-9]{2})$",
    re.IGNORECASE,
)
_PACKED_TIME = re.compile(
    r"([0-9]{8})[T ]?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_DAY_UNKNOWN = re.compile(
    r"(?:(?<=年)[?xX×○〇*]{1,2}月)?(?:(?<=月)(?:[?xX×○〇*]{1,2}|不明|某|吉)日|上旬|中旬|下旬|初旬|初め|初頭|初|末日?|半ば|中頃|"
    r"(?<=年)[春夏秋冬](?:頃|ごろ)?)$"
)
_FISCAL = re.compile(r"(?<=[0-9元])年度$")

_SEP = r"(?: ?[-/.年,·・] ?-?| )"
_WESTERN = re.compile(rf"([0-9]{{4}})(?:{_SEP}(?:([0-9]{{1,2}})(?:(?: ?[-/.月,・] ?| )(?:([0-9]{{1,2}})日?)?)?)?)?")
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PACKED_MONTH = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])[-/.]((?:19|20)[0-9]{2})")  # 09/2021: only a month stands there
_TURNED = re.compile(r"([0-9]{1,2})(?:[-/ ]|\. ?)([0-9]{1,2})(?:[-/ ]|\. ?)([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})")
_SHORT = re.compile(
    r"'?[0-9]{2}(?:[-/. ]|年)[0-9]{1,2}(?:[-/. ]|月)[0-9]{1,2}日?|[0-9]{6}|"
    r"[0-9]{1,2}[- /.]?[a-z]{3}[- /.]?[0-9]{2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_OTHER_SCRIPT = re.compile("[֐-࿿ក-៿᠀-᢯]")

_Read = tuple[int, int | None, int | None, tuple[str, ...], str]


def standardise_date(raw: str | None, day_first: bool | None = None) -> StandardValue:
    """Standardise one date.

    Args:
        raw: the value as received.
        day_first: how the source writes `03/04/1985`; null when nobody said so, then such a value is invalid.

    Returns:
        std ISO 8601 as far as known (`2020-02-29`, `2020-02`, `2020`), the same as key; parts `precision` (`day`,
        `month`, `year`), for a day also `month_key` (`2020-02`) and `month_day` (`02-29`), of an era date `era`. Flags
        `era_overrun`, `excel_serial`, `lunisolar`. Dates that systems write for "unknown" are placeholders. A two-digit
        year without era is `ambiguous` and gets no std.
    """
    if not raw:
        return EMPTY
    text = raw if raw.isascii() else clean_text(raw)
    if plain := _PLAIN.fullmatch(text):
        month = plain[2] or plain[3] or plain[4]
        return _checked((int(plain[1]), int(month), int(plain[5]), (), ""), raw)
    text = clean_text(text)
    if not text:
        return StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",))
    if len(text) > _LONGEST:
        return _refused("unreadable")
    rules: tuple[str, ...] = ()
    read = read_era(text) or _western(text) or _worded(text)
    if read is None:
        text, rules = _prepared(text)
        read = read_era(text) or _western(text) or _worded(text)
    if day_first is not None and (turned := _turned(text, day_first)) is not None:
        read, rules = turned, (*rules, "date.day_first" if day_first else "date.month_first")
    return _unread(text) if read is None else _checked(read, raw, rules)


def _unread(text: str) -> StandardValue:
    if _SHORT.fullmatch(text):
        return _refused("two_digit_year", ValueStatus.AMBIGUOUS)
    if _TURNED.fullmatch(text):
        return _refused("order_unknown")
    if _OTHER_SCRIPT.search(text):
        return _refused("unsupported_script", ValueStatus.UNSUPPORTED)
    return _refused("unreadable")


def _refused(reason: str, status: ValueStatus = ValueStatus.INVALID) -> StandardValue:
    return StandardValue(None, status=status, rules=(f"date.{reason}",))


def _prepared(text: str) -> tuple[str, tuple[str, ...]]:
    """Without label, remarks and time; kanji numerals and digits of other scripts in ASCII."""
    rules: list[str] = []
    text = _ERA_IN_BRACKETS.sub(r"\1", _DAY_NAME.sub("", _LABEL.sub("", _TEXT_SIGN.sub("", ascii_digits(text)))))
    text = _KANJI_NUMBER.sub(_arabic, _SPACED.sub("", text).translate(_HANGUL).replace("ー", "-").replace("_", "-"))
    if packed := _PACKED_TIME.fullmatch(text):
        return packed[1], ("date.time",)
    if not _SERIAL.fullmatch(text):
        text = _NOISE.sub("", _NOISE.sub("", _REMARK.sub("", text).strip()))
        for pattern, rule in ((_TIME, "time"), (_DAY_UNKNOWN, "day_unknown"), (_FISCAL, "fiscal_year")):
            shorter = pattern.sub("", text).rstrip()
            if shorter != text:
                rules.append(f"date.{rule}")
                text = shorter
        text = _NOISE.sub("", text)
    return text.strip(" .,"), tuple(rules)


def _arabic(match: re.Match[str]) -> str:
    word = match[0].replace("拾", "十")
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


def _western(text: str) -> _Read | None:
    match = _PACKED.fullmatch(text) or _WESTERN.fullmatch(text)
    if match:
        return (int(match[1]), number_or_none(match[2]), number_or_none(match[3]), (), "")
    serial = _SERIAL.fullmatch(text)
    if serial and int(serial[1]) in _EXCEL_RANGE:
        found = _EXCEL_ZERO + timedelta(days=int(serial[1]))
        return (found.year, found.month, found.day, ("excel_serial",), "")
    month = _PACKED_MONTH.fullmatch(text)
    if month and not (1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31):  # not year, month, day of two digits
        return (int(month[1]), int(month[2]), None, (), "")
    month = _MONTH_YEAR.fullmatch(text)
    return (int(month[2]), int(month[1]), None, (), "") if month else None


def _worded(text: str) -> _Read | None:
    found = read_worded(text)
    return None if found is None else (*found, (), "")


def _turned(text: str, day_first: bool) -> _Read | None:
    match = _TURNED.fullmatch(text)
    if match is None:
        return None
    first, second, year = (int(part) for part in match.groups() if part is not None)
    if match[4] and 1500 <= int(text[:4]) <= 2200:  # packed with the year first
        return None
    return (year, second, first, (), "") if day_first else (year, first, second, (), "")


def _checked(read: _Read, raw: str, rules: tuple[str, ...] = ()) -> StandardValue:
    year, month, day, flags, era = read
    try:
        std = date(year, 1 if month is None else month, 1 if day is None else day).isoformat()
    except ValueError:
        return _refused("impossible")
    precision = "day" if day is not None else "year" if month is None else "month"
    if precision != "day":
        std = std[: 4 if precision == "year" else 7]
    if std != raw:
        rules = ("date.format", *rules)
    if std in PLACEHOLDERS or year == 9999:
        return StandardValue(std, (), ValueStatus.PLACEHOLDER, (*rules, "date.placeholder"), {"precision": precision})
    if not 1500 <= year <= 2200:
        return _refused("out_of_range")
    status = ValueStatus.OK
    if flags:
        rules, status = (*rules, *(f"date.{flag}" for flag in flags)), ValueStatus.REPAIRED
    if year < 1873:
        flags, rules = (*flags, "lunisolar"), (*rules, "date.lunisolar")
    parts = (
        {"precision": precision} if day is None else {"precision": "day", "month_key": std[:7], "month_day": std[5:]}
    )
    if era:
        parts["era"] = era
    return StandardValue(std, (std,), status, rules, parts, flags)

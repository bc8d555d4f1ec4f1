"""Phone numbers: E.164 with type and extension, several in a cell, letters refused.

A cell is split into its numbers first (`phone_cells`); each is freed of label, remark and extension and then judged by
the numbering plans of `phonenumbers`. That library reads letters as keypad digits, so a masked number would come out
valid: any letter inside the digits refuses the number here.
"""

import re
from dataclasses import replace
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.phone_cells import PhoneText, phone_texts
from crm_pipelines.standardise.text import clean_text, unify_dashes

_TYPES = {
    PhoneNumberType.FIXED_LINE: "FIXED",
    PhoneNumberType.MOBILE: "MOBILE",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "FIXED_OR_MOBILE",
    PhoneNumberType.TOLL_FREE: "TOLL_FREE",
    PhoneNumberType.PREMIUM_RATE: "PREMIUM",
    PhoneNumberType.SHARED_COST: "SHARED_COST",
    PhoneNumberType.VOIP: "VOIP",
    PhoneNumberType.PERSONAL_NUMBER: "PERSONAL",
    PhoneNumberType.PAGER: "PAGER",
    PhoneNumberType.UAN: "UAN",
    PhoneNumberType.VOICEMAIL: "VOICEMAIL",
}
_LONGEST_CELL = 1000
_SHARED = frozenset({"TOLL_FREE", "UAN", "PREMIUM", "SHARED_COST"})
_REPAIRS = frozenset(
    {"phone.lost_zero", "phone.lost_plus", "phone.false_plus", "phone.abbreviated", "phone.sheet_decimal"}
)
_PLAIN = re.compile(r"0[0-9]{1,4}(?:[- ]?[0-9]{1,4}[- ]?[0-9]{3,4}|\([0-9]{1,4}\)[0-9]{3,4})|\+[1-9][0-9 -]{7,18}[0-9]")
_NOT_DIGITS = str.maketrans("", "", "-() +")
_JP_MOBILE = re.compile(r"0[6-9]0[1-9][0-9]{7}")
# Dialled before a country code: from Japan (also through a named carrier), the United States, Australia, elsewhere.
_INTERNATIONAL = re.compile(r"(?:00(?:1|[3-9][0-9])?010|010|0011|011|00)(?=[1-9][0-9]{7})")
_CALLER_ID = re.compile(r"18[46](?=0[0-9]{9,10}$)")
# Country codes that stand as a group of their own without `+`: common ones with numbers of a fixed length.
_LONE_CODES = frozenset({"1", "33", "39", "44", "49", "55", "61", "65", "66", "82", "84", "86", "91", "852", "886"})
_REPEATED = re.compile(r"([0-9])\1*")
_SEQUENCES = ("01234567890", "09876543210")
_TAIL_SEQUENCE = ("12345678", "23456789", "34567890", "98765432", "87654321", "76543210")

_Number = tuple[str, str, str]
_NONE: _Number = ("", "", "")


def standardise_phones(raw: str | None, region: str = "JP") -> tuple[StandardValue, ...]:
    """Standardise every phone number of one cell.

    Args:
        raw: the value as received.
        region: ISO 3166 alpha-2 whose dialling a number without country code follows.

    Returns:
        One value per number, in the cell's order, fax numbers last, without repeats; never empty. std and key E.164.
        Parts `type` (FIXED, MOBILE, VOIP, TOLL_FREE, UAN, PREMIUM, PAGER, FIXED_OR_MOBILE, ...), `extension`, `region`.
        Flags `representative` (a switchboard), `range` (the first of a group of lines), `shared` (free and service
        numbers), `fax`, `repeated`, `sequential`: weak or no evidence of a person. A lost leading zero or plus is
        completed, a shortened second number too: `repaired`. Where some numbers of a cell are none, the others carry
        the rule `phone.part_unreadable`.
    """
    if not raw:
        return (EMPTY,)
    place = (region or "JP").upper()
    if len(raw) > _LONGEST_CELL:
        return (StandardValue(None, status=ValueStatus.INVALID, rules=("phone.too_long",)),)
    plain = _plain(raw if raw.isascii() else unify_dashes(clean_text(raw), long_mark=True), place)
    if plain is not None:
        return (plain,)
    cells = phone_texts(raw)
    if not cells:
        return (StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",)),)
    return _chosen([_standardised(cell, place, raw) for cell in cells])


def _chosen(values: list[StandardValue]) -> tuple[StandardValue, ...]:
    usable = [value for value in values if value.std is not None]
    if not usable:
        return (values[0],)
    if len(values) > 1:
        told = ("phone.several",) if len(usable) == len(values) else ("phone.several", "phone.part_unreadable")
        usable = [replace(value, rules=value.rules + told) for value in usable]
    usable.sort(key=lambda value: "fax" in value.flags)
    first: dict[str | None, StandardValue] = {}
    for value in usable:
        first.setdefault(value.std, value)
    return tuple(first.values())


def _plain(raw: str, region: str) -> StandardValue | None:
    """The value of a number with nothing around it, the common case; None for anything else."""
    if not _PLAIN.fullmatch(raw):
        return None
    digits = raw.translate(_NOT_DIGITS)
    if raw[0] == "+":
        e164, kind, home = _international(f"+{digits}")
    elif region == "JP":
        e164, kind, home = _japanese(digits)
    else:
        return None
    if not e164 or _is_placeholder(digits, region):
        return None
    rules = () if e164 == raw else ("phone.format",)
    return StandardValue(e164, (e164,), rules=rules, parts={"type": kind, "region": home}, flags=_flags((), e164, kind))


def _standardised(cell: PhoneText, region: str, raw: str) -> StandardValue:
    digits = cell.number.lstrip("+")
    if _is_placeholder(digits, region):
        return StandardValue(None, status=ValueStatus.PLACEHOLDER, rules=("phone.placeholder",))
    if cell.is_masked or not digits:
        reason = "phone.letters" if cell.is_masked else "phone.no_digits"
        return StandardValue(None, status=ValueStatus.INVALID, rules=(reason,))
    (e164, kind, home), rules = _dialled(cell, region)
    if not e164:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("phone.not_in_plan",))
    parts = {"type": kind, "region": home} | ({"extension": cell.extension} if cell.extension else {})
    rules = (*(() if e164 == raw else ("phone.format",)), *cell.rules, *rules)
    status = ValueStatus.OK if _REPAIRS.isdisjoint(rules) else ValueStatus.REPAIRED
    return StandardValue(e164, (e164,), status, rules, parts, _flags(cell.flags, e164, kind))


def _is_placeholder(digits: str, region: str) -> bool:
    """One digit again and again, or the keys in their order (no area of Japan is dialled so)."""
    if len(digits) < 5:
        return False
    if digits[0] == digits[-1]:
        return bool(_REPEATED.fullmatch(digits))
    return region == "JP" and len(digits) > 8 and any(digits in run for run in _SEQUENCES)


def _flags(said: tuple[str, ...], e164: str, kind: str) -> tuple[str, ...]:
    is_repeated = e164[-1] == e164[-2] and len(set(e164[-8:])) == 1
    is_sequential = e164.endswith(_TAIL_SEQUENCE)
    if not (is_repeated or is_sequential or kind in _SHARED):
        return said
    told = {"shared"} if kind in _SHARED else set()
    told |= ({"repeated"} if is_repeated else set()) | ({"sequential"} if is_sequential else set())
    return tuple(sorted({*said, *told}))


def _dialled(cell: PhoneText, region: str) -> tuple[_Number, tuple[str, ...]]:
    """The number as (E.164, type, region) and the rules needed; empty strings when no reading is valid."""
    number, rules = cell.number, ()  # type: str, tuple[str, ...]
    if number.startswith("+0"):  # no country code begins with 0
        number, rules = number[1:], ("phone.false_plus",)
    if number.startswith("+"):
        return _international(number), ()
    found = _national(number, region)
    if found[0]:
        return found, rules
    if prefix := _INTERNATIONAL.match(number):
        return _international(f"+{number[prefix.end() :]}"), ("phone.international_prefix",)
    if region == "JP":
        return _without_zero(number, cell.head)
    return _NONE, ()


def _national(number: str, region: str) -> _Number:
    if region != "JP":
        return _parsed(number, region)
    if number.startswith("18"):
        number = _CALLER_ID.sub("", number)
    return _japanese(number) if number.startswith("0") else _NONE


def _without_zero(number: str, head: str) -> tuple[_Number, tuple[str, ...]]:
    if len(number) in (9, 10):
        found = _japanese(f"0{number}")
        if found[0]:
            return found, ("phone.lost_zero",)
    is_code_apart = head in _LONE_CODES and (len(number) >= 11 or head in ("65", "852") or number.startswith("822"))
    if is_code_apart or (number.startswith("81") and 11 <= len(number) <= 13):
        return _international(f"+{number}"), ("phone.lost_plus",)
    return _NONE, ()


def _international(number: str) -> _Number:
    if number.startswith("+81"):
        return _japanese("0" + number[3:].lstrip("0"))
    return _parsed(number, "ZZ")


def _japanese(number: str) -> _Number:
    """Read a national number with its leading zero; frequent blocks of the numbering plan without the library."""
    if len(number) == 10:
        if number.startswith("0120"):
            return f"+81{number[1:]}", "TOLL_FREE", "JP"
        kind = _jp_kind(number[:4])
    elif len(number) == 11:
        if _JP_MOBILE.fullmatch(number):
            return f"+81{number[1:]}", "MOBILE", "JP"
        kind = "TOLL_FREE" if number.startswith("0800") else _type_of(PhoneNumber(81, int(number)))
    else:
        return _NONE
    return (f"+81{number[1:]}", kind, "JP") if kind else _NONE


@cache
def _jp_kind(head: str) -> str:
    """The type of a ten-digit number: its first four digits decide it, as far as the library knows Japan's plan."""
    return _type_of(PhoneNumber(81, int(head.ljust(10, "0"))))


def _type_of(number: PhoneNumber) -> str:
    return _TYPES.get(phonenumbers.number_type(number), "")


@lru_cache(maxsize=65536)
def _parsed(number: str, region: str) -> _Number:
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return _NONE
    kind = _type_of(parsed)
    if not kind:
        return _NONE
    home = phonenumbers.region_code_for_number(parsed) or ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), kind, home

"""Phone numbers: E.164 with type and extension, several in a cell, letters refused.

A cell is split into its numbers first (`phone_cells`); each is freed of label, remark and extension and then judged by
the numbering plans of `phonenumbers`. That library reads letters as keypad digits, so a masked number would come out
valid: any letter inside the digits refuses the number here.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.phone_cells import PhoneText, phone_texts

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
_JP_MOBILE = re.compile(r"0[6-9]0[1-9][0-9]{7}")
_JP_TOLL_FREE = re.compile(r"0120[0-9]{6}|0800[0-9]{7}")
_INTERNATIONAL = re.compile(r"^(?:010|00)(?=[1-9][0-9]{7,})")
_REPEATED = re.compile(r"([0-9])\1*")
_TAIL_REPEATED = re.compile(r"([0-9])\1{7}$")
_TAIL_SEQUENCE = ("12345678", "23456789", "98765432", "87654321")


def standardise_phones(raw: str | None, region: str = "JP") -> tuple[StandardValue, ...]:
    """Standardise every phone number of one cell.

    Args:
        raw: the value as received.
        region: ISO 3166 alpha-2 whose dialling a number without country code follows.

    Returns:
        One value per number, in the cell's order, fax numbers last, without repeats; never empty. std and key E.164.
        Parts `type` (FIXED, MOBILE, VOIP, TOLL_FREE, UAN, PREMIUM, PAGER, FIXED_OR_MOBILE, ...), `extension`, `region`.
        Flags `representative` (a switchboard), `shared` (free and service numbers), `fax`, `repeated`, `sequential`:
        weak or no evidence of a person. A lost leading zero is completed: `repaired`.
    """
    if raw and len(raw) > _LONGEST_CELL:
        return (StandardValue(None, status=ValueStatus.INVALID, rules=("phone.too_long",)),)
    cells = phone_texts(raw)
    if not cells:
        return (EMPTY,)
    values = [_standardised(cell, (region or "JP").upper()) for cell in cells]
    usable = [value for value in values if value.std is not None] or values[:1]
    usable.sort(key=lambda value: "fax" in value.flags)
    first: dict[str | None, StandardValue] = {}
    for value in usable:
        first.setdefault(value.std, value)
    return tuple(first.values())


def _standardised(cell: PhoneText, region: str) -> StandardValue:
    digits = cell.number.lstrip("+")
    if digits and _REPEATED.fullmatch(digits) and len(digits) > 4:
        return StandardValue(None, status=ValueStatus.PLACEHOLDER, rules=("phone.placeholder",))
    if cell.is_masked or not digits:
        return StandardValue(
            None, status=ValueStatus.INVALID, rules=("phone.letters" if cell.is_masked else "phone.no_digits",)
        )
    number, rules = _dialled(cell.number, region)
    e164, kind, home = number
    if not e164:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("phone.not_in_plan",))
    parts = {"type": kind, "region": home} | ({"extension": cell.extension} if cell.extension else {})
    repaired = ValueStatus.REPAIRED if "phone.lost_zero" in rules else ValueStatus.OK
    return StandardValue(e164, (e164,), repaired, rules, parts, _flags(cell, e164, kind))


def _flags(cell: PhoneText, e164: str, kind: str) -> tuple[str, ...]:
    flags = set(cell.flags)
    if kind in _SHARED:
        flags.add("shared")
    if _TAIL_REPEATED.search(e164):
        flags.add("repeated")
    if e164.endswith(_TAIL_SEQUENCE):
        flags.add("sequential")
    return tuple(sorted(flags))


def _dialled(number: str, region: str) -> tuple[tuple[str, str, str], tuple[str, ...]]:
    """The number as (E.164, type, region) and the rules needed; empty strings when no reading is valid."""
    if number.startswith("+"):
        return _international(number), ()
    if region == "JP":
        if number.startswith("0"):
            found = _japanese(number)
            if found[0]:
                return found, ()
        turned = _INTERNATIONAL.sub("+", number)
        if turned != number:
            return _international(turned), ("phone.international_prefix",)
        return _without_zero(number)
    found = _parsed(number, region)
    turned = _INTERNATIONAL.sub("+", number)
    if not found[0] and turned != number:
        return _international(turned), ("phone.international_prefix",)
    return found, ()


def _without_zero(number: str) -> tuple[tuple[str, str, str], tuple[str, ...]]:
    if len(number) in (9, 10):
        found = _japanese(f"0{number}")
        if found[0]:
            return found, ("phone.lost_zero",)
    if number.startswith("81") and len(number) in (11, 12):
        return _international(f"+{number}"), ("phone.lost_plus",)
    return ("", "", ""), ()


def _international(number: str) -> tuple[str, str, str]:
    if number.startswith("+81"):
        return _japanese("0" + number[3:].lstrip("0"))
    return _parsed(number, "ZZ")


def _japanese(number: str) -> tuple[str, str, str]:
    """Read a national number with its leading zero; frequent blocks of the numbering plan without the library."""
    if not 10 <= len(number) <= 11:
        return "", "", ""
    if _JP_MOBILE.fullmatch(number):
        return f"+81{number[1:]}", "MOBILE", "JP"
    if _JP_TOLL_FREE.fullmatch(number):
        return f"+81{number[1:]}", "TOLL_FREE", "JP"
    kind = _jp_kind(number[:6], len(number)) if len(number) == 10 else _type_of(PhoneNumber(81, int(number)))
    return (f"+81{number[1:]}", kind, "JP") if kind else ("", "", "")


@lru_cache(maxsize=65536)
def _jp_kind(head: str, size: int) -> str:
    """The type of a ten-digit number: Japan's plan decides it by the first six digits (area code and exchange)."""
    return _type_of(PhoneNumber(81, int(head.ljust(size, "0"))))


def _type_of(number: PhoneNumber) -> str:
    return _TYPES.get(phonenumbers.number_type(number), "")


@lru_cache(maxsize=65536)
def _parsed(number: str, region: str) -> tuple[str, str, str]:
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return "", "", ""
    kind = _type_of(parsed)
    if not kind:
        return "", "", ""
    home = phonenumbers.region_code_for_number(parsed) or ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), kind, home

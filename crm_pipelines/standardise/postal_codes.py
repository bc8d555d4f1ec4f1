"""Postal codes: seven digits for Japan, the national form elsewhere.

Japan: display `NNN-NNNN`, key seven digits (leading zeros are real: Hokkaido begins with 0). A code of another
country is only read when the country is known, because five or six digits say nothing of themselves.
"""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.text import clean_text

_SEVEN = re.compile(r"(?<![0-9A-Z])(?<![0-9]-)(?:T ?)?([0-9]{3}) ?-? ?([0-9]{4})(?![0-9]|-[0-9])", re.IGNORECASE)
_SPACED = re.compile(r"[0-9][0-9 -]*[0-9]")
_LABEL = re.compile(
    r"^(?:〒|郵便番号|郵便|住所|ZIP ?CODE|POSTAL ?CODE|POST ?CODE|ZIP|POST|T(?=[ 0-9]))[ :.]*", re.IGNORECASE
)
_LONG_MARK = re.compile(r"(?<=[0-9 ])[ー一~_.](?=[ 0-9])")
_PLACEHOLDERS = frozenset({"1234567", "0123456", "9876543", "0000001"})
_SIX = re.compile(r"([0-9]{2}) ?-? ?([0-9]{4})")

# National forms with named groups that make the display; from each post office's published format.
_ABROAD = {
    "US": re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?"),
    "GB": re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})"),
    "CA": re.compile(r"([A-Z][0-9][A-Z])[ -]?([0-9][A-Z][0-9])"),
    "DE": re.compile(r"(?:D-?)?([0-9]{5})"),
    "FR": re.compile(r"(?:F-?)?([0-9]{5})"),
    "IT": re.compile(r"(?:I-?)?([0-9]{5})"),
    "ES": re.compile(r"(?:E-?)?([0-9]{5})"),
    "KR": re.compile(r"([0-9]{5})"),
    "TW": re.compile(r"([0-9]{3}(?:[0-9]{2,3})?)"),
    "CN": re.compile(r"([0-9]{6})"),
    "SG": re.compile(r"(?:S ?)?([0-9]{6})"),
    "IN": re.compile(r"([0-9]{3}) ?([0-9]{3})"),
    "AU": re.compile(r"([0-9]{4})"),
    "NZ": re.compile(r"([0-9]{4})"),
    "CH": re.compile(r"(?:CH-?)?([0-9]{4})"),
    "AT": re.compile(r"(?:A-?)?([0-9]{4})"),
    "BE": re.compile(r"(?:B-?)?([0-9]{4})"),
    "NL": re.compile(r"(?:NL-?)?([0-9]{4}) ?([A-Z]{2})"),
    "SE": re.compile(r"(?:SE?-?)?([0-9]{3}) ?([0-9]{2})"),
    "DK": re.compile(r"(?:DK-?)?([0-9]{4})"),
    "NO": re.compile(r"(?:N-?)?([0-9]{4})"),
    "FI": re.compile(r"(?:FI-?)?([0-9]{5})"),
    "PL": re.compile(r"([0-9]{2})-?([0-9]{3})"),
    "BR": re.compile(r"([0-9]{5})-?([0-9]{3})"),
    "TH": re.compile(r"([0-9]{5})"),
    "MY": re.compile(r"([0-9]{5})"),
    "VN": re.compile(r"([0-9]{5,6})"),
    "ID": re.compile(r"([0-9]{5})"),
    "PH": re.compile(r"([0-9]{4})"),
}
_JOINER = {"US": "-", "PL": "-", "BR": "-"}
# Only these shapes hold letters enough to be told without a country.
_TELLING = ("GB", "CA")


def standardise_postal_code(raw: str | None, country: str | None = None) -> StandardValue:
    """Standardise one postal code, also one inside an address line.

    Args:
        raw: the value as received.
        country: ISO 3166 alpha-2 of the record; null is read as Japan.

    Returns:
        Japan: std `NNN-NNNN`, key seven digits, flag `multiple` when the cell holds several different codes (the
        first counts). 000-0000, 999-9999 and the like are placeholders without a key. Elsewhere: the national form,
        key `US:940431351`; `unsupported` when the country has no rule here. A lost leading zero is a guess:
        `invalid` with part `proposal`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    if country and country.upper() != "JP":
        return _abroad(text, country.upper())
    text = _LONG_MARK.sub("-", text)
    found = [a + b for a, b in _SEVEN.findall(text)] or _spaced_out(text)
    if not found:
        return _without_code(text)
    return _japanese(found, raw or "")


def _japanese(found: list[str], raw: str) -> StandardValue:
    code = found[0]
    std = f"{code[:3]}-{code[3:]}"
    if len(set(code)) == 1 or code in _PLACEHOLDERS:
        return StandardValue(std, status=ValueStatus.PLACEHOLDER, rules=("postal_code.placeholder",))
    several = len(set(found)) > 1
    changed = raw not in (std, code)
    return StandardValue(
        std,
        keys=(code,),
        rules=(("postal_code.format",) if changed else ()) + (("postal_code.several",) if several else ()),
        flags=("multiple",) if several else (),
    )


def _spaced_out(text: str) -> list[str]:
    body = _LABEL.sub("", text)
    digits = body.replace(" ", "").replace("-", "")
    return [digits] if _SPACED.fullmatch(body) and len(digits) == 7 and " " in body else []


def _without_code(text: str) -> StandardValue:
    body = _LABEL.sub("", text)
    for country in _TELLING:
        if _ABROAD[country].fullmatch(body.upper()):
            return _abroad(body, country, guessed=True)
    six = _SIX.fullmatch(body)
    parts = {"proposal": f"0{six[1]}-{six[2]}"} if six else {}
    rule = "postal_code.lost_zero" if six else "postal_code.no_code"
    return StandardValue(None, status=ValueStatus.INVALID, rules=(rule,), parts=parts)


def _abroad(text: str, country: str, *, guessed: bool = False) -> StandardValue:
    shape = _ABROAD.get(country)
    body = _LABEL.sub("", text).upper()
    match = shape.fullmatch(body) if shape else None
    if match is None:
        known = shape is not None
        return StandardValue(
            text,
            status=ValueStatus.INVALID if known else ValueStatus.UNSUPPORTED,
            rules=("postal_code.not_national_form",) if known else ("postal_code.country_without_rule",),
        )
    groups = [group for group in match.groups() if group]
    std = _JOINER.get(country, " ").join(groups)
    if guessed:  # the shape tells the country, but nobody said so: shown, weak
        return StandardValue(
            std, status=ValueStatus.UNSUPPORTED, rules=("postal_code.foreign_shape",), parts={"country": country}
        )
    return StandardValue(std, keys=(f"{country}:{''.join(groups)}",), parts={"country": country})

"""Postal codes: seven digits for Japan, the national form elsewhere.

Japan: display `NNN-NNNN`, key seven digits (leading zeros are real: Hokkaido begins with 0). A code of another
country is only read when the country is known, because five or six digits say nothing of themselves.
"""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.address_master import postal_municipalities
from crm_pipelines.standardise.foreign_postal_codes import knows_postal_codes, read_foreign_postal_code
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.tables.postal_formats import WITHOUT_CODES
from crm_pipelines.standardise.text import clean_text

_SEVEN = re.compile(
    r"(?<![0-9A-Z])(?<![0-9]-)(?:JP ?-?|T ?)?([0-9]{3}) ?-{0,2} ?([0-9]{4})(?![0-9]|-[0-9])", re.IGNORECASE
)
_SPACED = re.compile(r"[0-9][0-9 -]*[0-9]")
_LABEL = re.compile(
    r"^(?:〒|郵便番号|郵便|住所|ZIP ?CODE|POSTAL ?CODE|POST ?CODE|ZIP|POST|T(?=[ 0-9]))[ :.]*", re.IGNORECASE
)
_LONG_MARK = re.compile(r"(?<![0-9])([0-9]{3}) ?[ー一~_.・/] ?([0-9]{2} ?[0-9]{2})(?![0-9])")
_SPACED_MARK = re.compile(r"(?<=[0-9]) ?ー ?(?=[0-9])")
_KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")
_OLD_FORM = re.compile(r"[0-9]{3}(?:-?[0-9]{2})?")
_PLACEHOLDERS = frozenset({"1234567", "0123456", "9876543", "0000001"})
_SIX = re.compile(r"([0-9]{2}) ?-? ?([0-9]{4})")

# Only these shapes hold letters enough to be told without a country.
_TELLING = ("GB", "CA")


def standardise_postal_code(raw: str | None, country: str | None = None) -> StandardValue:
    """Standardise one postal code, also one inside an address line.

    Args:
        raw: the value as received.
        country: ISO 3166 alpha-2 of the record; null is read as Japan.

    Returns:
        Japan: std `NNN-NNNN`, key seven digits, flag `multiple` when the cell holds several different codes (the
        first counts), `unlisted` when Japan Post lists no such code. 000-0000, 999-9999 and the like are
        placeholders without a key. Elsewhere: the national form, key `US:94043`; `unsupported` when the country
        has no rule here, or no postal codes. A lost leading zero and a letter typed for a digit are guesses:
        `invalid` with part `proposal`, and only when the proposed code is listed.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    if country and country.upper() != "JP":
        return _abroad(text, country.upper())
    text = _SPACED_MARK.sub("-", _LONG_MARK.sub(r"\1-\2", text))
    found = _codes_in(text) or _codes_in(text.translate(_KANJI_DIGITS))
    if not found:
        return _without_code(text)
    return _japanese(found, raw or "")


def _codes_in(text: str) -> list[str]:
    return [head + tail for head, tail in _SEVEN.findall(text)] or _spaced_out(text)


def _japanese(found: list[str], raw: str) -> StandardValue:
    code = found[0]
    std = f"{code[:3]}-{code[3:]}"
    if len(set(code)) == 1 or code in _PLACEHOLDERS:
        return StandardValue(std, status=ValueStatus.PLACEHOLDER, rules=("postal_code.placeholder",))
    fired = {
        "postal_code.format": raw not in (std, code),
        "postal_code.several": len(set(found)) > 1,
        "postal_code.unlisted": code not in postal_municipalities(),
    }
    flags = {"multiple": fired["postal_code.several"], "unlisted": fired["postal_code.unlisted"]}
    return StandardValue(
        std,
        keys=(code,),
        rules=tuple(rule for rule, has_fired in fired.items() if has_fired),
        flags=tuple(flag for flag, holds in flags.items() if holds),
    )


def _spaced_out(text: str) -> list[str]:
    body = _LABEL.sub("", text)
    digits = body.replace(" ", "").replace("-", "")
    return [digits] if _SPACED.fullmatch(body) and len(digits) == 7 and " " in body else []


def _without_code(text: str) -> StandardValue:
    body = _LABEL.sub("", text)
    for country in _TELLING:
        if read_foreign_postal_code(body, country):
            return _abroad(body, country, guessed=True)
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("postal_code.placeholder",))
    rule, proposal = _proposal(body)
    listed = proposal is not None and proposal in postal_municipalities()
    parts = {"proposal": f"{proposal[:3]}-{proposal[3:]}"} if proposal and listed else {}
    return StandardValue(None, status=ValueStatus.INVALID, rules=(rule,), parts=parts)


def _proposal(body: str) -> tuple[str, str | None]:
    """Why there is no code, and the one that may have been meant."""
    six = _SIX.fullmatch(body)
    if six:
        return "postal_code.lost_zero", f"0{six[1]}{six[2]}"
    typed = _SEVEN.fullmatch(body.translate(_LETTERS_FOR_DIGITS))
    if typed:
        return "postal_code.letter_for_digit", typed[1] + typed[2]
    return "postal_code.old_form" if _OLD_FORM.fullmatch(body) else "postal_code.no_code", None


def _abroad(text: str, country: str, *, guessed: bool = False) -> StandardValue:
    if country in WITHOUT_CODES:
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("postal_code.country_without_codes",))
    if not knows_postal_codes(country):
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("postal_code.country_without_rule",))
    found = read_foreign_postal_code(_LABEL.sub("", text), country)
    if found is None:
        return StandardValue(text, status=ValueStatus.INVALID, rules=("postal_code.not_national_form",))
    parts = {"country": country}
    if guessed:  # the shape tells the country, but nobody said so: shown, weak
        rules = ("postal_code.foreign_shape",)
        return StandardValue(found.std, status=ValueStatus.UNSUPPORTED, rules=rules, parts=parts)
    return StandardValue(
        found.std, (found.key,), rules=("postal_code.format",) if found.std != text else (), parts=parts
    )

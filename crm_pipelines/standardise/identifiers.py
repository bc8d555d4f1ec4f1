"""Identifiers with a check digit: the Japanese corporate and invoice numbers, and those of other countries.

Corporate number (法人番号): 13 digits, the first is 9 minus the weighted sum of the other twelve (weights 1 and 2 from
the right) modulo 9. An invoice number is `T` and thirteen digits: a company's own corporate number, but a sole trader's
is a number of its own, so no company is derived from it. An individual number (個人番号) may not be stored at all.
"""

import re

from stdnum import bic, iban, lei
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.jp import in_
from stdnum.us import ein

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.text import clean_text, unify_dashes

_LABEL = re.compile(
    r"^(?:国税庁|適格請求書発行事業者|事業者|適格|インボイス|登録番号|法人番号|"
    r"番号|会社|CORPORATE|NUMBER|NO\.?|[ :(（#])+",
    re.IGNORECASE,
)
_REMARK = re.compile(r" ?\([^()0-9]*\)$|\)$|(?<=[0-9]{13})\.0$")
_SHAPE = re.compile(r"(T?) ?-?([0-9][0-9 -]*[0-9])", re.IGNORECASE)
_MY_NUMBER = re.compile(r"(?<![0-9])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")
_MY_NUMBER_LABEL = re.compile(r"^(?:個人番号|マイナンバー|MY ?NUMBER)[ :]*", re.IGNORECASE)
_REGISTERS = {"lei": lei, "vat": vat, "ein": ein, "iban": iban, "bic": bic, "gb_vat": gb_vat}


def standardise_corporate_number(raw: str | None) -> StandardValue:
    """Standardise a corporate or invoice number.

    Returns:
        std the thirteen digits, with `T` for an invoice number; key always the digits, so that a company's invoice
        number meets its corporate number. Parts `kind` (`corporate`, `invoice`). Invalid: rule
        `identifier.invalid_format` or `identifier.check_digit`. An individual number is refused with rule
        `identifier.individual_number`: nothing of it is kept.
    """
    text = unify_dashes(clean_text(raw), long_mark=True)
    if not text:
        return EMPTY
    shape = _SHAPE.fullmatch(_REMARK.sub("", _LABEL.sub("", text)))
    digits = re.sub(r"[ -]", "", shape[2]) if shape else ""
    if shape is None or len(digits) != 13:
        refused = is_individual_number(text)
        return _invalid("individual_number" if refused else "invalid_format", refused)
    if not is_corporate_number(digits):
        return _invalid("check_digit")
    invoice = bool(shape[1])
    std = f"T{digits}" if invoice else digits
    rules = () if std == raw else ("identifier.format",)
    return StandardValue(std, (digits,), rules=rules, parts={"kind": "invoice" if invoice else "corporate"})


def is_corporate_number(digits: str) -> bool:
    """Tell whether thirteen digits carry the right check digit; a valid number need not exist."""
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def is_individual_number(raw: str | None) -> bool:
    """Tell whether a value is an individual number (My Number): such a value must be refused, never stored.

    True for twelve digits with a right check digit, alone or behind a label that names it; a label with twelve digits
    is enough, a mistyped one is still somebody's number.
    """
    text = unify_dashes(clean_text(raw), long_mark=True)
    body = _MY_NUMBER_LABEL.sub("", text)
    if not _MY_NUMBER.fullmatch(body):
        return False
    return body != text or bool(in_.is_valid(re.sub(r"[ -]", "", body)))


def standardise_register_number(raw: str | None, kind: str) -> StandardValue:
    """Standardise a number of another register, offline, by its check digits.

    Args:
        raw: the value as received.
        kind: `lei`, `vat` (European Union, with country letters), `gb_vat`, `ein`, `iban` or `bic`; another kind is
            passed through as `unsupported`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    register = _REGISTERS.get(kind)
    if register is None:
        return StandardValue(text, (text.casefold(),), ValueStatus.UNSUPPORTED, ("identifier.kind_without_rule",))
    try:
        std = register.validate(text)
    except ValidationError:
        return _invalid("check_digit" if re.fullmatch(r"[0-9A-Za-z -]+", text) else "invalid_format")
    return StandardValue(std, (f"{kind}:{std}",), parts={"kind": kind})


def _invalid(reason: str, refused: bool = False) -> StandardValue:
    flags = ("individual_number",) if refused else ()
    return StandardValue(None, status=ValueStatus.INVALID, rules=(f"identifier.{reason}",), flags=flags)

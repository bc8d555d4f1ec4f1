"""Identifiers with a check digit: the Japanese corporate and invoice numbers, and those of other countries.

Corporate number (法人番号): 13 digits, the first is 9 minus the weighted sum of the other twelve (weights 1 and 2 from
the right) modulo 9. An invoice number is `T` and thirteen digits: a company's own corporate number, but a sole trader's
is a number of its own, so no company is derived from it. An individual number (個人番号) may not be stored at all.
"""

import re

from stdnum.jp import in_

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.decimal_digits import ascii_digits
from crm_pipelines.standardise.identifier_registers import (
    ACCOUNT_KINDS,
    NUMBER_KINDS,
    InvalidNumberError,
    is_foreign_individual_number,
    kinds_by_shape,
    labelled_kind,
    registered_number,
)
from crm_pipelines.standardise.text import clean_text, unify_dashes

_PLAIN = re.compile(r"T?[0-9]{13}")
_RUN = re.compile(r"[0-9](?: ?[ -]? ?[0-9])*")
_THOUSANDS = re.compile(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3}){4}(?![0-9,])")
_INVOICE = re.compile(r"(?<![A-Za-z])T ?[:.-]? ?$", re.IGNORECASE)
_LETTER_AT_END = re.compile(r"[A-Za-z]-?$")
_NUMBER_WORD = re.compile(r"(?<![A-Za-z])(?:NO|NR|NUMBER|JCN|CN|ID)$", re.IGNORECASE)
_BEHIND = re.compile(r"\.0*(?![0-9])|(?![A-Za-z.,]*[A-Za-z0-9])")
_NOBODY = re.compile(r"([0-9])\1{12}|[0-9]0{12}")
_MY_NUMBER = re.compile(r"(?<![0-9])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")
_MY_NUMBER_LABELLED = re.compile(
    r"(?:個人番号|マイ ?ナンバ[ー-]|MY ?NUMBER)(?:カード)?[^0-9]{0,12}[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])",
    re.IGNORECASE,
)
# The same as sources write it, before any clean-up; \\d knows the digits of every script and width.
_MY_NUMBER_HINT = re.compile("個人番号|[マﾏ]|[ｍＭmM]", re.IGNORECASE)
_MY_NUMBER_WRITTEN = re.compile(
    r"(?:個人番号|[マﾏ][イｲ]\s?[ナﾅ][ンﾝ](?:[バハﾊ][ﾞ゛]?)[ー－ｰ-]|[MＭ][YＹ]\s?[NＮ][UＵ][MＭ][BＢ][EＥ][RＲ])"
    r"(?:カード|ｶｰﾄﾞ)?\D{0,12}\d{4}\D?\d{4}\D?\d{4}(?!\d)",
    re.IGNORECASE,
)
_ANY_DIGIT = re.compile(r"\d")
_NO_GAPS = str.maketrans("", "", " -")
_LONGEST = 200


def standardise_identifier(raw: str | None, kind: str | None = None, country: str | None = None) -> StandardValue:
    """Standardise a number that a public register gave to an organisation, whichever register it is.

    Args:
        raw: the value as received, a label before it or not.
        kind: the register, where the source says so: `corporate` (also invoice), `vat` (European Union, United Kingdom,
            Switzerland, Norway, with country letters), `lei`, `duns`, `us_ein`, `kr_brn`, `tw_ubn`, `cn_uscc`, ...
            (`NUMBER_KINDS`); null finds it by label, by form and by the registers of the country.
        country: ISO 3166 alpha-2 of the customer.

    Returns:
        std the register's compact form; keys `<kind>:<number>` (of a Japanese number the plain digits), so that numbers
        of different registers never meet by chance; parts `kind`. An account number (`iban`, `bic`) is checked but no
        key. A number given to one person is refused and nothing of it kept. Unknown kinds pass through, `unsupported`.
    """
    if kind in ("corporate", "invoice"):
        return standardise_corporate_number(raw)
    if kind is not None:
        return standardise_register_number(raw, kind)
    domestic = standardise_corporate_number(raw)
    if domestic.std is not None or "identifier.invalid_format" not in domestic.rules:
        return domestic
    text = _prepared(raw or "")
    if labelled := labelled_kind(text):
        return _registered(labelled[1], (labelled[0],), raw)
    return _registered(text, kinds_by_shape(text, country), raw)


def standardise_corporate_number(raw: str | None) -> StandardValue:
    """Standardise a corporate or invoice number.

    Returns:
        std the thirteen digits, with `T` for an invoice number; key always the digits, so that a company's invoice
        number meets its corporate number. Parts `kind` (`corporate`, `invoice`). Flag `multiple` when the cell
        holds several different valid numbers (the first counts). Invalid: rule
        `identifier.invalid_format` or `identifier.check_digit`. An individual number is refused with rule
        `identifier.individual_number`: nothing of it is kept.
    """
    if not raw:
        return EMPTY
    if _PLAIN.fullmatch(raw):
        return _corporate(raw[-13:], len(raw) == 14, raw)
    text = _prepared(raw)
    if not text:
        return StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",))
    if is_individual_number(text) or holds_individual_number(text) or is_foreign_individual_number(text):
        return _invalid("individual_number", refused=True)
    found = _thirteen_digits(text) if len(text) <= _LONGEST else []
    if not found:
        return _invalid("invalid_format")
    valid = [number for number in found if is_corporate_number(number[0])]
    return _corporate(*(valid or found)[0], raw, has_others=len({digits for digits, _ in valid}) > 1)


def is_corporate_number(digits: str) -> bool:
    """Tell whether thirteen digits carry the right check digit; a valid number need not exist."""
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        return False
    values = [int(digit) for digit in digits]
    return values[0] == 9 - (sum(values[2::2]) + 2 * sum(values[1::2])) % 9


def is_individual_number(raw: str | None) -> bool:
    """Tell whether a value is an individual number (My Number): such a value must be refused, never stored.

    True for twelve digits with a right check digit alone, or twelve digits behind a label that names it: a mistyped one
    is still somebody's number.
    """
    text = _prepared(raw or "")
    if _MY_NUMBER.fullmatch(text):
        return bool(in_.is_valid(text.translate(_NO_GAPS)))
    return bool(_MY_NUMBER_LABELLED.fullmatch(text))


def holds_individual_number(raw: str | None) -> bool:
    """Tell whether a longer text (a memo, a mail) holds an individual number that a label names.

    Without the label twelve digits in a text are as likely a parcel or an order, one in eleven of which has the check
    digit by chance.
    """
    text = raw or ""
    if not any(map(str.isdigit, text)):
        return False
    return bool(_MY_NUMBER_LABELLED.search(_prepared(text)))


def masked_individual_numbers(text: str) -> str:
    """The text with the digits of every labelled individual number as asterisks; any other text as it is."""
    if not _MY_NUMBER_HINT.search(text) or not holds_individual_number(text):
        return text
    masked = _MY_NUMBER_WRITTEN.sub(lambda found: _ANY_DIGIT.sub("*", found[0]), text)
    return _ANY_DIGIT.sub("*", masked) if holds_individual_number(masked) else masked  # written in an unknown manner


def standardise_register_number(raw: str | None, kind: str) -> StandardValue:
    """Standardise a number of another register, offline, by its check digits.

    Args:
        raw: the value as received.
        kind: a name in `NUMBER_KINDS` (`lei`, `vat`, `us_ein`, `iban`, ...); another kind is passed through as
            `unsupported`.
    """
    text = _prepared(raw or "")
    if not text:
        return StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",)) if raw else EMPTY
    if kind not in NUMBER_KINDS:
        return StandardValue(text, (text.casefold(),), ValueStatus.UNSUPPORTED, ("identifier.kind_without_rule",))
    labelled = labelled_kind(text)
    return _registered(labelled[1] if labelled else text, (NUMBER_KINDS[kind],), raw)


def _registered(text: str, kinds: tuple[str, ...], raw: str | None) -> StandardValue:
    """The first kind whose rule the number keeps; else why the first kind refused it."""
    reason = "invalid_format"
    for place, kind in enumerate(kinds if len(text) <= _LONGEST else ()):
        try:
            number = registered_number(text, kind)
        except InvalidNumberError as error:
            reason = reason if place and reason != "invalid_format" else error.reason
            continue
        flags = ("account",) if kind in ACCOUNT_KINDS else ()
        rules = () if number.std == raw else ("identifier.format",)
        return StandardValue(number.std, number.keys, rules=rules, parts={"kind": kind}, flags=flags)
    return _invalid(reason)


def _prepared(raw: str) -> str:
    return unify_dashes(ascii_digits(clean_text(raw)), long_mark=True)


def _thirteen_digits(text: str) -> list[tuple[str, bool]]:
    """The thirteen-digit numbers of a text among labels and remarks, and whether a `T` stands before each."""
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    found = []
    for run in _RUN.finditer(text):
        digits = run[0].translate(_NO_GAPS)
        if len(digits) != 13 or not _BEHIND.match(text, run.end()):
            continue
        before = text[: run.start()]
        is_invoice = bool(_INVOICE.search(before))
        if is_invoice or not _LETTER_AT_END.search(before) or _NUMBER_WORD.search(before):
            found.append((digits, is_invoice))
    return found


def _corporate(digits: str, is_invoice: bool, raw: str, *, has_others: bool = False) -> StandardValue:
    if _NOBODY.fullmatch(digits):
        return StandardValue(None, status=ValueStatus.PLACEHOLDER, rules=("identifier.placeholder",))
    if not is_corporate_number(digits):
        return _invalid("check_digit")
    std = f"T{digits}" if is_invoice else digits
    rules = () if std == raw else ("identifier.format",)
    rules, flags = ((*rules, "identifier.several"), ("multiple",)) if has_others else (rules, ())
    kind = "invoice" if is_invoice else "corporate"
    return StandardValue(std, (digits,), rules=rules, parts={"kind": kind}, flags=flags)


def _invalid(reason: str, refused: bool = False) -> StandardValue:
    flags = ("individual_number",) if refused else ()
    return StandardValue(None, status=ValueStatus.INVALID, rules=(f"identifier.{reason}",), flags=flags)

"""Amounts of money as people type them, to a decimal number and a currency."""

import re
from decimal import Decimal, InvalidOperation

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.text import clean_text

_SIGNS = {
    "¥": "JPY", "円": "JPY", "JPY": "JPY", "YEN": "JPY", "$": "USD", "US$": "USD", "USD": "USD", "ドル": "USD",
    "米ドル": "USD",
    "€": "EUR", "EUR": "EUR", "EURO": "EUR", "ユーロ": "EUR", "£": "GBP", "GBP": "GBP", "ポンド": "GBP",
    "元": "CNY", "人民元": "CNY", "CNY": "CNY", "RMB": "CNY", "CN¥": "CNY", "₩": "KRW", "ウォン": "KRW", "KRW": "KRW",
    "원": "KRW", "NT$": "TWD", "TWD": "TWD", "台湾ドル": "TWD", "HK$": "HKD", "HKD": "HKD", "香港ドル": "HKD",
    "S$": "SGD", "SGD": "SGD", "A$": "AUD", "AU$": "AUD", "AUD": "AUD", "豪ドル": "AUD", "C$": "CAD", "CA$": "CAD",
    "CAD": "CAD", "NZ$": "NZD", "NZD": "NZD", "R$": "BRL", "BRL": "BRL", "CHF": "CHF", "スイスフラン": "CHF",
    "฿": "THB", "THB": "THB", "バーツ": "THB", "₹": "INR", "INR": "INR", "ルピー": "INR", "₫": "VND", "VND": "VND",
    "₱": "PHP", "PHP": "PHP", "RP": "IDR", "IDR": "IDR", "RM": "MYR", "MYR": "MYR", "₽": "RUB", "RUB": "RUB",
    "₺": "TRY", "TRY": "TRY", "₪": "ILS", "ILS": "ILS", "ZŁ": "PLN", "PLN": "PLN", "SEK": "SEK", "NOK": "NOK",
    "DKK": "DKK", "MXN": "MXN", "ZAR": "ZAR", "AED": "AED", "SAR": "SAR",
}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)), re.IGNORECASE)
_NOISE = re.compile(r"税込み?|税抜き?|税別|消費税込|約|合計|金額|金|也|\(\)|[ :_也]")
_NEGATIVE = re.compile(r"^[-△▲▼]|^\(.*\)$")
_UNITS = {"兆": 10**12, "億": 10**8, "万": 10**4, "千": 10**3, "百": 10**2, "百万": 10**6, "千万": 10**7}
_PLAIN = re.compile(r"[¥￥]?(0|[1-9][0-9]{0,2}(?:,[0-9]{3}){0,5}|[1-9][0-9]{3,17})円?")
_UNIT = re.compile(r"[万億兆千百]")
_LONGEST = 40
_TERM = re.compile(r"([0-9]+(?:\.[0-9]+)?)(兆|億|千万|百万|万|千|百)?")
_ENGLISH = {"K": 10**3, "M": 10**6, "MN": 10**6, "MILLION": 10**6, "B": 10**9, "BN": 10**9, "BILLION": 10**9}
_ENGLISH_TERM = re.compile(r"([0-9]+(?:\.[0-9]+)?)(K|MN|MILLION|M|BN|BILLION|B)", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?")
_GROUPED_POINT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_EURO_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_DECIMAL_COMMA_CURRENCIES = frozenset({"EUR", "BRL"})


def standardise_amount(raw: str | None, currency: str | None = None) -> StandardValue:
    """Standardise one amount.

    Args:
        raw: the value as received (`￥1,234`, `△500円`, `1億2,000万円`, `(300)`).
        currency: of a value that names none; null leaves the currency unknown.

    Returns:
        std and key the plain decimal text (`-1234.5`, no exponent); parts `currency` (ISO 4217) where known.
    """
    if not raw:
        return EMPTY
    if plain := _PLAIN.fullmatch(raw):
        return _value(plain[1].replace(",", ""), "JPY" if raw[0] in "¥￥" or raw[-1] == "円" else currency, raw)
    text = clean_text(raw)
    if not text:
        return StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",))
    body = _NOISE.sub("", text.replace("\\", "¥"))
    signs = [_SIGNS[sign.upper()] for sign in _SIGN.findall(body)]
    # A hyphen behind yen closes the figure against additions (¥1,234-); behind a bare number it is a minus (SAP).
    is_negative = (body.endswith("-") and not signs and "金" not in text) or bool(_NEGATIVE.search(_SIGN.sub("", body)))
    number = _SIGN.sub("", body).strip("-△▲▼()+").removesuffix(".")
    amount = _number(_points(number, signs[0] if signs else ""))
    if amount is None:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("amount.unreadable",))
    return _value(_plain(-amount if is_negative else amount), signs[0] if signs else currency, raw)


def _value(std: str, currency: str | None, raw: str) -> StandardValue:
    rules = () if std == raw else ("amount.format",)
    return StandardValue(std, (std,), rules=rules, parts={"currency": currency} if currency else {})


def _points(body: str, currency: str) -> str:
    """Groups of thousands joined and the decimal sign a point, whichever country's habit it was."""
    if len(body) > _LONGEST or body.isdigit():
        return body
    body = body.replace("'", "").replace("’", "")
    if _GROUPED.fullmatch(body) or _UNIT.search(body):
        return body.replace(",", "")
    is_euro = currency in _DECIMAL_COMMA_CURRENCIES and bool(_EURO_THOUSANDS.fullmatch(body))
    if is_euro or _GROUPED_POINT.fullmatch(body):
        return body.replace(".", "").replace(",", ".")
    return body.replace(",", ".") if _DECIMAL_COMMA.fullmatch(body) else body


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _number(body: str) -> Decimal | None:
    if len(body) > _LONGEST:
        return None
    english = _ENGLISH_TERM.fullmatch(body)
    if english:
        return Decimal(english[1]) * _ENGLISH[english[2].upper()]
    total, place = Decimal(0), 0
    try:
        while place < len(body):
            term = _TERM.match(body, place)
            if term is None or (place and not _UNIT.match(body[place - 1])):
                return None
            total, place = total + Decimal(term[1]) * _UNITS.get(term[2] or "", 1), term.end()
    except InvalidOperation:
        return None
    return total if place else None

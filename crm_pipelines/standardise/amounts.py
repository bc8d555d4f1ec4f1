"""Amounts of money as people type them, to a decimal number and a currency."""

import re
from decimal import Decimal, InvalidOperation

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.text import clean_text

_SIGNS = {"¥": "JPY", "円": "JPY", "JPY": "JPY", "YEN": "JPY", "$": "USD", "US$": "USD", "USD": "USD", "ドル": "USD",
          "米ドル": "USD", "€": "EUR", "EUR": "EUR", "ユーロ": "EUR", "£": "GBP", "GBP": "GBP", "ポンド": "GBP",
          "元": "CNY", "人民元": "CNY", "CNY": "CNY", "RMB": "CNY", "₩": "KRW", "ウォン": "KRW", "KRW": "KRW",
          "NT$": "TWD", "TWD": "TWD", "HK$": "HKD", "HKD": "HKD", "S$": "SGD", "SGD": "SGD", "A$": "AUD",
          "AUD": "AUD", "CHF": "CHF", "฿": "THB", "THB": "THB", "バーツ": "THB"}  # fmt: skip
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)), re.IGNORECASE)
_NOISE = re.compile(r"税込み?|税抜き?|税別|消費税込|約|合計|金額|金|也|\(\)|[ :_也]")
_NEGATIVE = re.compile(r"^[-△▲▼]|^\(.*\)$|-$")
_UNITS = {"兆": 10**12, "億": 10**8, "万": 10**4, "千": 10**3, "百": 10**2, "百万": 10**6, "千万": 10**7}
_TERM = re.compile(r"([0-9]+(?:\.[0-9]+)?)(兆|億|千万|百万|万|千|百)?")
_ENGLISH = {"K": 10**3, "M": 10**6, "MN": 10**6, "MILLION": 10**6, "B": 10**9, "BN": 10**9, "BILLION": 10**9}
_ENGLISH_TERM = re.compile(r"([0-9]+(?:\.[0-9]+)?)(K|MN|MILLION|M|BN|BILLION|B)", re.IGNORECASE)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?")
_GROUPED_POINT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")


def standardise_amount(raw: str | None, currency: str | None = None) -> StandardValue:
    """Standardise one amount.

    Args:
        raw: the value as received (`￥1,234`, `△500円`, `1億2,000万円`, `(300)`).
        currency: of a value that names none; null leaves the currency unknown.

    Returns:
        std and key the plain decimal text (`-1234.5`, no exponent); parts `currency` (ISO 4217) where known.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    body = _NOISE.sub("", text.replace("\\", "¥"))
    signs = [_SIGNS[sign.upper()] for sign in _SIGN.findall(body)]
    body = _SIGN.sub("", body)
    negative = bool(_NEGATIVE.search(body))
    amount = _number(body.strip("-△▲▼()+").removesuffix("-"))
    if amount is None:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("amount.unreadable",))
    std = _plain(-amount if negative else amount)
    found = signs[0] if signs else currency
    return StandardValue(std, (std,), parts={"currency": found} if found else {})


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _number(body: str) -> Decimal | None:
    if len(body) > 40:
        return None
    if _GROUPED.fullmatch(body) or re.search(r"[万億兆千百]", body):
        body = body.replace(",", "")
    elif _GROUPED_POINT.fullmatch(body):
        body = body.replace(".", "").replace(",", ".")
    english = _ENGLISH_TERM.fullmatch(body)
    if english:
        return Decimal(english[1]) * _ENGLISH[english[2].upper()]
    total, place = Decimal(0), 0
    try:
        while place < len(body):
            term = _TERM.match(body, place)
            if term is None or (place and not re.search(r"[兆億万千百]", body[place - 1])):
                return None
            total, place = total + Decimal(term[1]) * _UNITS.get(term[2] or "", 1), term.end()
    except InvalidOperation:
        return None
    return total if place else None

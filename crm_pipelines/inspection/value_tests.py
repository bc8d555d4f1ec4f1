"""What the values of a column say of its meaning: the share of them that a standardiser takes for its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.companies import standardise_company
from crm_pipelines.standardise.countries import country_code
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.emails import standardise_emails
from crm_pipelines.standardise.identifiers import is_individual_number, standardise_corporate_number
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kana import standardise_kana
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.text import clean_text
from crm_pipelines.standardise.timestamps import parse_timestamp
from crm_pipelines.standardise.websites import standardise_website

_LONGEST = 500
_GOOD = frozenset({ValueStatus.OK, ValueStatus.REPAIRED})
_DIGITS = re.compile("[0-9]")
_PHONE = re.compile(r"[0-9+(][0-9 ()+./\-‐-―ー−]{7,}(?:\D{0,8}[0-9]{1,6})?")
_POSTAL = re.compile(
    r"〒? ?[0-9]{3}[-‐-―ー− ]?[0-9]{4}|[0-9]{5}(?:-[0-9]{4})?|(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 -]{2,8}"
)
_DATE = re.compile(
    r"(?:[0-9]{4}|[0-9]{1,2})[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?|(?:19|20)[0-9]{6}"
    r"|(?:明治|大正|昭和|平成|令和|[MTSHR])\.? ?[0-9元]{1,2}\D.*"
    r"|[0-9]{1,2}[ -][A-Za-z]{3,9}[ -,]+[0-9]{4}|[A-Za-z]{3,9} [0-9]{1,2}, ?[0-9]{4}"
)
_TIME = re.compile(r"^(.{6,14}?)[T 　]+[0-9]{1,2}[:時][0-9]{2}")
_WEB = re.compile(r"^(?:https?://|www\.)", re.IGNORECASE)
_DOMAIN = re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_ONLY_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\uff66-\uff9f\s・.()（）]+")
_COMPANY_KANA = re.compile(
    r"^(?:カブシキ|カ[)）]|ユ[)）]|ｶ[)）]|ﾕ[)）]|ユウゲン|ゴウドウ|イツパン|ｶﾌﾞｼｷ|ﾕｳｹﾞﾝ)|(?:カブシキ|ユウゲン)ガイシヤ|[(（]カ[)）]?$|ガイシャ"
)
_DEPARTMENT = re.compile(
    r"(?:部|課|室|係|局|グループ|センター|事業所|本部|チーム)$|\b(?:dep(?:artmen)?t|division|team)\b", re.IGNORECASE
)
_TITLE = re.compile(
    r"(?:長|取締役|主任|係員|代表|顧問|監査役|理事|主査|参与|専務|常務|教授|店主|オーナー|マネージャー|リーダー|部員|担当)$|社長|"
    r"\b(?:manager|director|president|officer|engineer|head|chief|assistant|analyst|consultant|ceo|cto|cfo|vp|owner|founder|lead|representative)\b",
    re.IGNORECASE,
)
_PLACE = re.compile("^(?:東京都|北海道|京都府|大阪府|.{2,3}県)$|[区郡]$")
_SURE_GENDERS = frozenset({"男", "女", "男性", "女性", "m", "f", "male", "female"})
_GENDERS = _SURE_GENDERS | {"man", "woman", "1", "2", "0", "9", "その他", "other", "不明", "x", "無回答"}
_LANGUAGES = re.compile(
    r"^(?:[a-z]{2}(?:[-_][A-Za-z]{2,4})?|日本語|英語|中国語|韓国語|japanese|english|german|french)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ValueVotes:
    """What the looked-at values of a column say.

    Attributes:
        n_values: different values looked at.
        shares: canonical field -> share of their occurrences that are values of it; only fields above zero.
        signs: share of the occurrences with something to know of them: `time` (a time of day), `past` (before 2011),
            `lost_zero_phone`, `lost_zero_postal`, `excel_serial`, `day_first`, `month_first`, `either_order`,
            `individual_number`, `sure_gender`.
    """

    n_values: int
    shares: dict[str, float]
    signs: dict[str, float]

    def share(self, field: str) -> float | None:
        """The share of a field's values; None where nothing was looked at."""
        return self.shares.get(field, 0.0) if self.n_values else None


def value_votes(values: Sequence[str], region: str, counts: Sequence[float] | None = None) -> ValueVotes:
    """Try every standardiser on the values.

    Args:
        values: different ones, none blank; placeholders among them are passed over.
        region: ISO 3166 alpha-2 of phones and postal codes that name none.
        counts: how many occurrences each stands for; None: one.
    """
    weights: dict[str, float] = {}
    for value, count in zip(values, counts or [1.0] * len(values), strict=True):
        text = clean_text(value.split("\n", 1)[0])[:_LONGEST]
        if text and not is_placeholder(text):
            weights[text] = weights.get(text, 0) + count
    if not weights:
        return ValueVotes(0, {}, {})
    shares = {field: _share(weights, test) for field, test in _tests(region).items()}
    signs = {sign: _share(weights, test) for sign, test in {**_SIGN_TESTS, **_lost_zero_tests(region)}.items()}
    kept = ({name: share for name, share in found.items() if share} for found in (shares, signs))
    return ValueVotes(len(weights), *kept)


def _share(weights: Mapping[str, float], test: Callable[[str], bool]) -> float:
    return sum(count for text, count in weights.items() if test(text)) / sum(weights.values())


def _tests(region: str) -> dict[str, Callable[[str], bool]]:
    return {
        "email": _is_email,
        "phone": partial(_is_phone, region=region),
        "postal_code": partial(_is_postal_code, region=region),
        "date": is_date,
        "timestamp": _is_timestamp,
        "corporate_number": _is_corporate_number,
        "website": _is_website,
        "name_kana": _is_kana,
        "organisation_name_kana": lambda text: _is_kana(text) and bool(_COMPANY_KANA.search(text)),
        "address": _is_address,
        "organisation_name": _is_company,
        "name": _is_person,
        "gender": lambda text: text.casefold() in _GENDERS,
        "country": lambda text: len(text) > 1 and country_code(text) is not None,
        "department": lambda text: bool(_DEPARTMENT.search(text)) and len(text) <= 40,
        "job_title": lambda text: bool(_TITLE.search(text)) and len(text) <= 40,
        "language": lambda text: bool(_LANGUAGES.match(text)),
    }


def _is_email(text: str) -> bool:
    return "@" in text and any(value.std is not None and "@" in value.std for value in standardise_emails(text))


def _is_phone(text: str, region: str) -> bool:
    if len(_DIGITS.findall(text)) < 8 or not _PHONE.match(text) or is_date(text):
        return False
    return any(value.status in _GOOD for value in standardise_phones(text, region))


def _is_postal_code(text: str, region: str) -> bool:
    if not _POSTAL.fullmatch(text):
        return False
    code = standardise_postal_code(text, region)
    return code.status in _GOOD or "postal_code.lost_zero" in code.rules


def is_date(text: str) -> bool:
    """Whether a text is written as a date, readable or not (03/04/1985)."""
    match = _DATE.fullmatch(text)
    return match is not None and _day_orders(text) is not None


@lru_cache(10_000)
def _day_orders(text: str) -> str | None:
    """`iso`, or for three numbers with the year last which of them can be the day: `day_first`, `month_first`, ..."""
    numbers = [int(number) for number in re.findall("[0-9]+", text)]
    if re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})", text) and len(numbers) == 3:
        first, second = numbers[:2]
        if max(first, second) > 31 or min(first, second) < 1 or min(first, second) > 12:
            return None
        return "day_first" if first > 12 else "month_first" if second > 12 else "either_order"
    return "iso" if standardise_date(text).status in _GOOD else None


def _is_timestamp(text: str) -> bool:
    day = _TIME.match(text)
    return day is not None and parse_timestamp(text, "UTC") is not None


def _is_past(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    std = standardise_date(text, day_first=True).std or standardise_date(text, day_first=False).std
    return bool(std and std[:4].isdigit() and int(std[:4]) <= 2010)


def _is_corporate_number(text: str) -> bool:
    return len(_DIGITS.findall(text)) >= 13 and standardise_corporate_number(text).status in _GOOD


def _is_website(text: str) -> bool:
    return (bool(_WEB.match(text)) or bool(_DOMAIN.match(text))) and standardise_website(text).status in _GOOD


def _is_kana(text: str) -> bool:
    return bool(_ONLY_KANA.fullmatch(text)) and standardise_kana(text).std is not None


def _is_address(text: str) -> bool:
    if len(text) < 4 or _DIGITS.search(text) is None and text.isascii():
        return False
    value = standardise_address(text)
    return value.status in _GOOD and ("prefecture" in value.parts or "key_number" in value.parts)


def _is_company(text: str) -> bool:
    if len(text) < 2 or text.isdigit() or "@" in text:
        return False
    return "legal_form" in standardise_company(text).parts or "organisation" in standardise_person(text).flags


def _is_person(text: str) -> bool:
    if (
        _DIGITS.search(text)
        or len(text) > 60
        or "@" in text
        or len(text) < 2
        or country_code(text)
        or _PLACE.search(text)
    ):
        return False
    value = standardise_person(text)
    if value.status not in _GOOD or not value.parts.get("family") or not value.parts.get("given"):
        return False
    return value.parts.get("order_evidence") != "none" or (2 <= len(text.split()) <= 4 and text.istitle())


def _lost_zero_tests(region: str) -> dict[str, Callable[[str], bool]]:
    return {
        "lost_zero_phone": partial(_is_phone_without_zero, region=region),
        "lost_zero_postal": partial(_is_code_without_zero, region=region),
    }


def _is_phone_without_zero(text: str, region: str) -> bool:
    if not (9 <= len(text) <= 12 and text.replace("-", "").isdigit()):
        return False
    return any("phone.lost_zero" in value.rules for value in standardise_phones(text, region))


def _is_code_without_zero(text: str, region: str) -> bool:
    if not text.isascii() or not text.replace("-", "").isdigit():
        return False
    if region == "JP":
        return 5 <= len(text) <= 7 and "postal_code.lost_zero" in standardise_postal_code(text).rules
    return region == "US" and len(text) == 4  # ZIP codes of New England begin with a zero


_SIGN_TESTS: dict[str, Callable[[str], bool]] = {
    "time": lambda text: bool(_TIME.match(text)),
    "past": _is_past,
    "excel_serial": lambda text: text.isdigit() and len(text) == 5 and "excel_serial" in standardise_date(text).flags,
    "day_first": lambda text: _day_orders(text.split(" ")[0]) == "day_first",
    "month_first": lambda text: _day_orders(text.split(" ")[0]) == "month_first",
    "either_order": lambda text: _day_orders(text.split(" ")[0]) == "either_order",
    "individual_number": lambda text: len(_DIGITS.findall(text)) == 12 and is_individual_number(text),
    "sure_gender": lambda text: text.casefold() in _SURE_GENDERS,
}


def likely_region(texts: Sequence[str], countries: Sequence[str]) -> str:
    """The region of phones and postal codes without one: Japan where kana are written, else what reads the most.

    Args:
        texts: values of any columns.
        countries: values of a column of countries, the most frequent first.
    """
    if any(_KANA.search(text) for text in texts):
        return "JP"
    named = next((code for text in countries if (code := country_code(text))), None)
    if named is not None:
        return named
    phones = [text for text in texts if _PHONE.fullmatch(text) and not is_date(text)][:100]
    if not phones:
        return "JP"
    regions = ("JP", "US", "GB", "DE", "FR", "KR", "TW", "SG", "IN", "AU", "CN", "BR")
    n_read = {region: sum(_is_phone(text, region) for text in phones) for region in regions}
    return max(regions, key=lambda region: n_read[region])

"""Addresses outside Japan: kept whole and never mangled; keyed where house number, street and postal code are plain.

The key is country, postal code, house number and the head of the street. Only the usual order of each country is read;
whatever does not fit stays as it was written, as `unsupported`.
"""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.countries import country_code
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.text import clean_text

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿々]")
_HOME = re.compile(r"[ぁ-んァ-ヶ]|東京都|北海道|京都府|大阪府|[一-鿿]{2,3}県")
_HANGUL = re.compile(r"[가-힣]")
_CHINESE_WORDS = re.compile(
    r"[區號樓]|^(?:台灣|臺灣|台湾|台北市|臺北市|新北市|桃園市|台中市|臺中市|台南市|"
    r"臺南市|高雄市|中国|上海市|北京市|広東省|廣東省|深圳市|香港)|省.+市"
)
_TAIWAN = re.compile(r"[區號樓]|台灣|臺灣|台湾|[台臺][北中南]市|新北市|高雄市|桃園市")
_FIRST_LETTERS = re.compile(r"[a-z0-9가-힣一-鿿]+")

# Where the house number and street stand, and the postal code in the line.
_NUMBER_FIRST = re.compile(
    r"(?:^|, ?)(?P<number>[0-9]{1,6}[A-Za-z]?(?:-[0-9]{1,4})?),? (?P<street>[^,]{2,60}?)"
    r"(?=,|$| (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|#)\b)",
    re.IGNORECASE,
)
_STREET_FIRST = re.compile(
    r"(?:^|, ?)(?P<street>[^,0-9]{3,60}?) (?P<number>[0-9]{1,5} ?[a-zA-Z]?(?:[-/][0-9]{1,4})?)(?=,| |$)"
)
_KOREAN = re.compile(r"(?P<street>[가-힣0-9]+(?:로|길)(?:[0-9]+번?길)?) ?(?P<number>[0-9]+(?:-[0-9]+)?)")
_TAIWANESE = re.compile(
    r"[區区鄉鎮](?P<street>[^區区0-9]{1,12}?(?:路|街|大道)(?:[一二三四五六七八九十0-9]+段)?(?:[0-9]+巷)?(?:[0-9]+弄)?)"
    r"(?P<number>[0-9]+(?:之[0-9]+)?)號"
)
_SHAPES = {
    "US": (_NUMBER_FIRST, re.compile(r"\b[A-Z]{2},? ([0-9]{5}(?:-[0-9]{4})?)\b")),
    "CA": (_NUMBER_FIRST, re.compile(r"\b([A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])\b")),
    "GB": (_NUMBER_FIRST, re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})\b")),
    "AU": (_NUMBER_FIRST, re.compile(r"\b(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),? ([0-9]{4})\b")),
    "FR": (_NUMBER_FIRST, re.compile(r"\b([0-9]{5}) [^\W\d]")),
    "DE": (_STREET_FIRST, re.compile(r"\b(?:D-)?([0-9]{5}) [^\W\d]")),
    "AT": (_STREET_FIRST, re.compile(r"\b(?:A-)?([0-9]{4}) [^\W\d]")),
    "CH": (_STREET_FIRST, re.compile(r"\b(?:CH-)?([0-9]{4}) [^\W\d]")),
    "NL": (_STREET_FIRST, re.compile(r"\b([0-9]{4} ?[A-Z]{2})\b")),
    "IT": (_STREET_FIRST, re.compile(r"\b([0-9]{5}) [^\W\d]")),
    "ES": (_STREET_FIRST, re.compile(r"\b([0-9]{5}) [^\W\d]")),
    "SG": (_NUMBER_FIRST, re.compile(r"(?:Singapore|S) ?\(?([0-9]{6})\)?", re.IGNORECASE)),
    "KR": (_KOREAN, re.compile(r"(?<![0-9])([0-9]{5})(?![0-9])")),
    "TW": (_TAIWANESE, re.compile(r"(?:^|[^0-9])([0-9]{3}(?:[0-9]{2,3})?)(?= ?[^0-9號巷弄段樓 ,-])")),
}
_STREET_WORDS = {
    "street": "st", "avenue": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "square": "sq", "parkway": "pkwy", "highway": "hwy", "terrace": "ter", "strasse": "str",
    "straße": "str", "straße.": "str", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


def is_abroad(text: str, country: str | None) -> bool:
    """Tell whether a cleaned address is to be read as one outside Japan.

    The country decides when it is given; else the script: Hangul, an address without a Japanese letter, or Chinese
    words that no Japanese address holds.
    """
    if country:
        return country.upper() != "JP"
    if _HOME.search(text):
        return False
    if _HANGUL.search(text) or not _JAPANESE.search(text):
        return True
    return bool(_CHINESE_WORDS.search(text))


def standardise_address_abroad(text: str, postal_code: str | None, country: str | None) -> StandardValue:
    """Standardise a cleaned address outside Japan.

    Returns:
        std the text itself. Parts country, postal_code, number, street, key_number where recognised. With a country,
        a postal code and a house number: `ok` and one key; else `unsupported` without key. Romanised addresses in
        Japan are passed through with the country alone.
    """
    code = (country or _country_of(text) or "").upper()
    shape, postal = _SHAPES.get(code, (None, None))
    inside = postal.search(text) if postal else None
    written = standardise_postal_code(postal_code or (inside[1] if inside else None), code) if code else None
    house = shape.search(text) if shape else None
    parts = {"country": code, "postal_code": (written.std or "") if written and written.key else ""}
    if written is None or written.key is None or house is None or code == "JP":
        kept = {name: part for name, part in parts.items() if part}
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("address.abroad",), parts=kept)
    number, street = house["number"].upper().replace(" ", ""), house["street"].strip()
    parts |= {"number": number, "street": street, "key_number": number, "level": "num"}
    key = f"{written.key}:{number}:{_street_head(street)}"
    return StandardValue(text, (key,), rules=("address.abroad",), parts=parts)


def _street_head(street: str) -> str:
    words = [_STREET_WORDS.get(word, word) for word in _FIRST_LETTERS.findall(street.casefold().replace("ß", "ss"))]
    return "".join(words)[:10]


def _country_of(text: str) -> str | None:
    if _HANGUL.search(text):
        return "KR"
    if _JAPANESE.search(text):
        return "TW" if _TAIWAN.search(text) else "HK" if "香港" in text else "CN"
    tail = clean_text(text).rsplit(",", 1)[-1].strip(" .")
    named = country_code(tail) if len(tail) > 1 and not re.search("[0-9]", tail) else None
    if named and (len(tail) != 2 or tail in ("UK", "US")):
        return named
    if re.search(r"\b[A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?$", text):
        return "US"
    if re.search(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$", text):
        return "GB"
    return "SG" if re.search(r"Singapore [0-9]{6}$", text, re.IGNORECASE) else None

"""Which country an address is in: named in it, or told by its letters and the form of its postal code."""

import re
from functools import cache, lru_cache

from crm_pipelines.standardise.address_places import begins_with_municipality
from crm_pipelines.standardise.address_states import states_of
from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.countries import country_code
from crm_pipelines.standardise.foreign_postal_codes import postal_core, postal_pattern

_DIGIT = re.compile(r"\d")
_HOME = re.compile(r"[ぁ-んァ-ヶ]|東京都|北海道|京都府|大阪府|[一-鿿]{2,3}県")
_PREFECTURE = re.compile(
    r"^(?:〒?[0-9]{3}-?[0-9]{4} ?)?(?:日本国? ?)?(?:東京都|北海道|京都府|大阪府|[一-鿿]{2,3}県)"
    r"[ ,]?[^ ,]{1,7}[市区町村郡]"
)
_HANGUL = re.compile(r"[가-힣]")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿々]")
_TAIWAN = re.compile(
    r"台灣|臺灣|台湾|[台臺][北中南東东]市|新北市|高雄市|桃園市|基隆市|新竹[市縣]|嘉義[市縣]|"
    r"[一-鿿]{2}縣[一-鿿]{2}[鄉鎮市]|[路街巷弄段][0-9之]+號|[鄉鎮區].*號"
)
_HONG_KONG = re.compile(r"^香港|九龍|新界[^一-鿿]?")
_CHINA = re.compile(
    r"中国(?!地方)|中國|中华|(?:北京|上海|天津|重庆|重慶)市|^[一-鿿]{2,3}省|[广东廣]{2}省|自治区|自治區|深圳市|"
    r"广州市|廣州市|成都市|杭州市|南京市|武汉市|西安市|苏州市|厦门市"
)
_CHINA_IN_FRONT = re.compile("^(?:中国|中國|中华人民共和国|中華人民共和国)[ ,、]*[一-鿿]{2,3}[省市]")
_CHINESE_SIGNS = re.compile(r"[號樓區縣鄉鎮广东庆长沪苏浙鲁楼层单栋镇乡县]")
_FOREIGN_KANJI = re.compile(r"(?P<name>[ァ-ヶー一-鿿]{2,9}?)(?:共和国|合衆国)?(?=[ ,、・]|[ァ-ヶ一-鿿])")
_CITY = r".*\b[0-9]{5} [^\W\d]{3}"
_HOUSE = r"[0-9]{1,4}(?: ?[a-z]\b)?(?: ?-[0-9]{1,4})?"
_STATES = "|".join(map(re.escape, states_of("US")))
_TELLING = (
    ("US", re.compile(rf"[ ,](?:{_STATES})\.?,? [0-9]{{5}}(?:-[0-9]{{4}})?$", re.IGNORECASE)),
    ("GB", re.compile(rf"(?:^|[ ,]){postal_core('GB')}$", re.IGNORECASE)),
    ("CA", re.compile(rf"(?:^|[ ,]){postal_core('CA')}$", re.IGNORECASE)),
    *(
        (code, re.compile(rf"(?:^|[ ,]){sign}[0-9]{{{size}}} [^\W\d]{{3}}"))
        for code, sign, size in (
            ("DE", "D[- ]", 5), ("FR", "F-", 5), ("IT", "I-", 5), ("ES", "E-", 5), ("AT", "A-", 4), ("CH", "CH-", 4),
            ("BE", "B-", 4), ("LU", "L-", 4), ("NL", "NL-", 4), ("DK", "DK-", 4), ("FI", "FI-", 5),
        )
    ),
    ("SG", re.compile(r"\b(?:singapore ?\(?[0-9]{6}\)?|S\(?[0-9]{6}\)?)$", re.IGNORECASE)),
    ("AU", re.compile(r"[ ,](?:NSW|VIC|QLD|TAS|ACT),? [0-9]{4}$", re.IGNORECASE)),
    ("NL", re.compile(r"[ ,][1-9][0-9]{3} ?[A-Z]{2} [^\W\d]{3,}$", re.IGNORECASE)),
    ("DE", re.compile(rf"(?:stra(?:ß|ss)e|str\.|platz|weg|allee|gasse) ?{_HOUSE}[ ,]{_CITY}", re.IGNORECASE)),
    ("FR", re.compile(rf"\b(?:rue|avenue|boulevard|bd|chemin|impasse|quai|place|all[ée]e)\b{_CITY}", re.IGNORECASE)),
    ("KR", re.compile(r"\b[a-z]+-(?:ro|gil|daero)\b.*-(?:gu|si|gun)\b", re.IGNORECASE)),
)  # fmt: skip
_AMBIGUOUS_TAILS = frozenset({"GE", "JO", "LB", "PE", "CU", "MX", "PA", "TD", "ML", "NE", "NU", "JE"})
_BRACKETED_CODE = re.compile(r"(?<= )\(([0-9]{5,6})\)$")
_ALSO_CITIES = frozenset({"SG", "HK", "LU", "MC", "MO"})
_LONGEST_NAME = 6
_ALSO_IN_JAPAN = frozenset({"中国", "南ア"})  # 中国地方, 南アルプス市


def has_hangul(text: str) -> bool:
    """Tell whether a text holds Hangul syllables."""
    return bool(_HANGUL.search(text))


def has_japanese_place(text: str) -> bool:
    """Tell whether a cleaned text begins with a prefecture and a municipality of Japan."""
    return bool(_PREFECTURE.match(text))


def has_chinese_place(text: str) -> bool:
    """Tell whether a text in Chinese characters without kana is an address of Taiwan, China or Hong Kong."""
    if _HOME.search(text):
        return False
    if _TAIWAN.search(text) or _HONG_KONG.search(text):
        return True
    is_told = _CHINA.search(text) or _CHINESE_SIGNS.search(text)
    return bool(is_told) and not begins_with_municipality(text)  # 市川市中国分, 唐津市鎮西町


def is_told_abroad(text: str) -> bool:
    """Tell whether a cleaned address says of itself that it is abroad, although Japan was taken for granted."""
    if _HANGUL.search(text):
        return True
    if not _JAPANESE.search(text):
        return _named_at_end(text)[0] not in ("", "JP")
    if _named_in_front(text) or _CHINA_IN_FRONT.match(text):
        return True
    return not _HOME.search(text) and bool(_TAIWAN.search(text) or _HONG_KONG.search(text))


def read_country(text: str, country: str | None) -> tuple[str, str]:
    """Return the country of a cleaned address and the line without its name.

    Args:
        text: the cleaned address.
        country: the record's own; it wins unless it is Japan or none.
    """
    given = (country or "").upper()
    named, line = _named_at_end(text, given)
    if given and given != "JP":
        return given, line if named == given else text
    if named:
        return named, line
    return _told_by_letters(text) or given, text


def _told_by_letters(text: str) -> str:
    if _HANGUL.search(text):
        return "KR"
    if _JAPANESE.search(text):
        return _named_in_front(text) or ("TW" if _TAIWAN.search(text) else "HK" if _HONG_KONG.search(text) else "CN")
    bare = text.rstrip(" .")
    return next((code for code, form in _TELLING if form.search(bare)), "")


@lru_cache(maxsize=1024)  # the same line is looked at twice
def _named_at_end(text: str, given: str = "") -> tuple[str, str]:
    """The country whose name ends a line in Latin letters, and the line before it."""
    bare = _BRACKETED_CODE.sub(r"\1", text).rstrip(" .,)")
    cut = max(bare.rfind(","), bare.rfind(";"), bare.rfind("("))
    tail = bare[cut + 1 :].strip(" .")
    if "r.o.c" in tail.casefold() or tail.casefold() == "roc":  # Taiwan (R.O.C.)
        bare = bare[:cut].rstrip(" ,.(")
        cut = bare.rfind(",")
        tail = bare[cut + 1 :].strip()
    words = tail.split()
    if before_code := _named_before_code(words, given):  # Gyeonggi-do, Korea 16677
        form = postal_pattern(before_code)
        size = 1 if form and form.fullmatch(words[-1]) else 2
        return before_code, f"{bare[:cut].rstrip(' ,')} {' '.join(words[-size:])}"
    for size in range(min(len(words), _LONGEST_NAME), 0, -1):
        name = " ".join(words[-size:])
        code = _country(name, given)
        is_of_name = size < len(words) and words[-size - 1].casefold() == "de"  # Ciudad de México
        if not code or is_of_name or (size == len(words) and cut < 0):
            continue
        if code not in _ALSO_CITIES or bare[: -len(name)].rstrip(" ,.-").casefold().endswith(name.casefold()):
            return code, bare[: len(bare) - len(name)].rstrip(" ,.-(")
        return code, text
    return "", text


def _named_before_code(words: list[str], given: str) -> str:
    """The country that a segment names in front of nothing but its postal code."""
    if len(words) < 2 or not _DIGIT.search(words[-1]):
        return ""
    for size in (1, 2) if len(words) > 2 else (1,):  # K1P 6B9
        code = _country(" ".join(words[:-size]), given)
        form = postal_pattern(code) if code and code not in _ALSO_CITIES else None
        if form and form.fullmatch(" ".join(words[-size:])):
            return code
    return ""


def _country(name: str, given: str) -> str:
    if _DIGIT.search(name) or len(name) < 2:
        return ""
    code = country_code(name) or ""
    if len(name) <= 3 and name.upper() not in ("UK", "USA", "UAE") and code != given:
        return ""
    return "" if code in _AMBIGUOUS_TAILS and code != given else code


@cache
def _front_names() -> tuple[tuple[str, str], ...]:
    names = ((str(name), str(code)) for code, names in contact_table("countries").items() for name in names)
    japanese = (
        (name, code)
        for name, code in names
        if code != "JP" and len(name) > 1 and _JAPANESE.fullmatch(name[0]) and name not in _ALSO_IN_JAPAN
    )
    return tuple(sorted(japanese, key=lambda pair: -len(pair[0])))


def _named_in_front(text: str) -> str:
    """A country in Japanese at the beginning of a line: アメリカ合衆国カリフォルニア州…, 韓国ソウル市…."""
    return next((code for name, code in _front_names() if text.startswith(name) and len(text) > len(name) + 2), "")

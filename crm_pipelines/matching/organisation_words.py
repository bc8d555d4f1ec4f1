"""What matching reads of an organisation's name and house beside their keys: in SQL and in Python, side by side.

A name in Latin letters is read as words in no order, without articles, legal forms, desks and the town it is in; the
words that tell a company from its sister (a number, a foundation) are its marks. Of a Japanese name the marks are
numerals, compass letters and the like. A house is its number and the first telling word of the street, whatever is
written around them. The skeleton of a name is its consonants, in which kana and romaji meet.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Words that make no other company: articles, legal forms, desks of one company.
_EMPTY_WORDS = (
    "the of and at in for a an on by le la les el los de der die das und et y e co company inc incorporated corp "
    "corporation llc ltd limited plc llp lp gmbh mbh ag kg ek kgaa ohg ug bv nv sa sas sarl srl spa pte pty kk gk oy "
    "ab attn attention accounts account payable receivable billing dept department head office headquarters hq branch "
    "dba"
)
# Words that make a sister of the company, not another spelling of its name.
_SISTER_WORDS = (
    "foundation holding fund trust pension insurance capital venture leasing credit union realty property bank "
    "hospital museum library elementary primary secondary high middle junior senior north south east west ii iii iv jr "
    "sr"
)
_JAPANESE_MARKS = (
    "[0-9一二三四五六七八九十東西南北新旧]|ホルデイングス|ホ[ルー]デイングス|hd|グルプ|販売|物流|運輸|サビス|保険|組合|財団|病院|"
    "大学|高校|高等学校|中学校|小学校|幼稚園|附属|付属|不動産|建設|商事|工業|産業"
)
# The same sisters in both languages; what they are called is the first letter that tells them apart.
_SISTERS = {
    "sale": "sales? 販売",
    "logistic": "logistics? transport 物流 運輸 運送 輸送",
    "service": "services? サビス",
    "holding": "holdings? hd ホルデイングス",
    "solution": "solutions? ソリユシヨンズ? ソリユシヨン",
    "group": "group グルプ",
    "engineering": "engineering エンジニアリング",
    "realty": "realty estate 不動産",
    "insurance": "insurance 保険",
    "foundation": "foundation 財団",
}
_EMPTY_OF_STREETS = (
    "ave avenue str street strasse straat road blvd blv boulevard rue via viale calle carrer place plaza platz drive "
    "lane court box post suite unit floor apt north south east west des der den del della dei the and near corner"
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINAL_WORDS = {word: str(place) for place, word in enumerate(_ORDINALS.split(), 1)}
_LONGEST_SKELETON = 4
_SHORTEST_SKELETON = 2
_KANA = (
    "カキクケコガギグゲゴサシスセソザジズゼゾヂヅタチテトダデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモラリルレロワン"
    "アイウエオヤユヨツヲッャュョァィゥェォー"
)
_CONSONANTS = "kkkkkgggggssssszzzzzzzttttdddnnnnnhhhhhbbbbbpppppmmmmmrrrrrwn"
_VOWELS_OF_KANA = ("アイウエオ", "aiueo")
_KANA_TABLE = str.maketrans(_KANA[: len(_CONSONANTS)], _CONSONANTS, _KANA[len(_CONSONANTS) :])
_INITIAL_TABLE = str.maketrans(*_VOWELS_OF_KANA)
# Romaji as kana would be written, step by step; the second column is what it becomes.
_ROMAJI_STEPS = (
    *(("tsu", ""), ("tu", ""), ("sh", "s"), ("tch", "t"), ("ch", "t"), ("mb", "nb"), ("mp", "np"), ("ss", "s")),
    *(("tt", "t"), ("kk", "k"), ("pp", "p"), ("j", "z"), ("f", "h"), ("l", "r"), ("v", "b"), ("c", "k"), ("q", "k")),
)
_SHOP = "[^支本理]店$"


def _listed(words: str) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words.split()) + "]"


def _folded(text: str | None) -> str:
    """Small letters without accents, dots and apostrophes."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text or "") if not unicodedata.combining(letter))
    return bare.lower().replace("ß", "ss").replace("'", "").replace("’", "").replace(".", "")


def _folded_sql(column: str) -> str:
    return f"replace(replace(replace(replace(lower(strip_accents({column})), 'ß', 'ss'), '''', ''), '’', ''), '.', '')"


def _stem(word: str) -> str:
    """A word without plural and umlaut, however that is written."""
    word = "brothers" if word == "bros" else word
    return re.sub("([aou])e", r"\1", re.sub("^(.{4,})s$", r"\1", word))


def _stem_sql(word: str) -> str:
    whole = f"if({word} = 'bros', 'brothers', {word})"
    return f"regexp_replace(regexp_replace({whole}, '^(.{{4,}})s$', '\\1'), '([aou])e', '\\1', 'g')"


_NAME_SQL = _folded_sql("r.organisation_name")
_IS_LATIN_SQL = "regexp_full_match(r.organisation_name_key, '[\\x00-\\x7F]+')"
_CITY_SQL = f"regexp_extract_all({_folded_sql('coalesce(r.city, chr(32))')}, '[a-z0-9]+')"
_WORDS_SQL = (
    f"list_sort(list_distinct(list_transform(list_filter(regexp_extract_all({_NAME_SQL}, '[a-z0-9]+'), "
    f"lambda x: not list_contains({_listed(_EMPTY_WORDS)}, x) and not list_contains({_CITY_SQL}, x)), "
    f"lambda x: {_stem_sql('x')})))"
)
WORD_LIST_SQL = f"case when {_IS_LATIN_SQL} and len({_WORDS_SQL}) > 0 then {_WORDS_SQL} end"
NAME_WORDS_SQL = f"array_to_string({WORD_LIST_SQL}, ' ')"


def word_list(record: Mapping[str, Any]) -> list[str] | None:
    """The telling words of a Latin name, each once, sorted; null of another script or where none is left."""
    if not _is_latin(record):
        return None
    left_out = {*_EMPTY_WORDS.split(), *re.findall("[a-z0-9]+", _folded(record.get("city")))}
    words = re.findall("[a-z0-9]+", _folded(record.get("organisation_name")))
    return sorted({_stem(word) for word in words if word not in left_out}) or None


def name_words(record: Mapping[str, Any]) -> str | None:
    """The same as one text."""
    words = word_list(record)
    return " ".join(words) if words else None


def _is_latin(record: Mapping[str, Any]) -> bool:
    key = record.get("organisation_name_key")
    return bool(key) and str(key).isascii()


_MARKED_SQL = (
    f"list_filter(list_transform(regexp_extract_all({_NAME_SQL}, '[a-z0-9]+'), lambda x: {_stem_sql('x')}), "
    f"lambda x: regexp_matches(x, '[0-9]') or list_contains({_listed(_SISTER_WORDS)}, x))"
)
NAME_MARKS_SQL = f"""case when {_IS_LATIN_SQL} then coalesce(array_to_string(list_sort({_MARKED_SQL}), ' '), '')
      when r.organisation_name_key is not null
        then array_to_string(regexp_extract_all(r.organisation_name_key, '{_JAPANESE_MARKS}'), ' ') end"""


def name_marks(record: Mapping[str, Any]) -> str | None:
    """What tells a name from those of its sisters; empty where nothing does, null without a name."""
    key = record.get("organisation_name_key")
    if key is None:
        return None
    if not _is_latin(record):
        return " ".join(re.findall(_JAPANESE_MARKS, key))
    words = map(_stem, re.findall("[a-z0-9]+", _folded(record.get("organisation_name"))))
    sisters = _SISTER_WORDS.split()
    return " ".join(sorted(word for word in words if re.search("[0-9]", word) or word in sisters))


_SISTER_PATTERNS = {
    name: ("|".join(word for word in words.split() if word.isascii()), "|".join(words.split()))
    for name, words in _SISTERS.items()
}


def _sister_sql(latin: str, every: str) -> str:
    return (
        f"(regexp_matches({_NAME_SQL}, '\\b({latin})\\b') "
        f"or regexp_matches(r.organisation_name_key, '[^a-z]({every})'))"
    )


# Most names have no such word at all: one look spares the many.
SISTER_KINDS_SQL = (
    "case when r.organisation_name_key is null then null "
    f"when not {_sister_sql(*('|'.join(words) for words in zip(*_SISTER_PATTERNS.values(), strict=True)))} then '' "
    "else concat_ws(' ', "
    + ", ".join(
        f"case when {_sister_sql(latin, every)} then '{name}' end" for name, (latin, every) in _SISTER_PATTERNS.items()
    )
    + ") end"
)


def sister_kinds(record: Mapping[str, Any]) -> str | None:
    """The words of a group's companies in a name, the same for Japanese and English; empty where there is none."""
    key = record.get("organisation_name_key")
    if key is None:
        return None
    text = _folded(record.get("organisation_name"))
    return " ".join(
        name
        for name, (latin, every) in _SISTER_PATTERNS.items()
        if re.search(rf"\b({latin})\b", text, re.ASCII) or re.search(f"[^a-z]({every})", key)
    )


_ADDRESS_SQL = _folded_sql("r.address")
_ORDINALS_SQL = "map {" + ", ".join(f"'{word}': '{place}th'" for word, place in _ORDINAL_WORDS.items()) + "}"
_NUMBER_SQL = f"regexp_extract({_ADDRESS_SQL}, '[0-9]+')"
_STREET_SQL = (
    f"list_filter(list_transform(regexp_extract_all({_ADDRESS_SQL}, '[a-z0-9]+'), "
    f"lambda x: coalesce({_ORDINALS_SQL}[x], regexp_replace(x, '^([a-z]{{3,}}?)(strasse|str)$', '\\1'))), "
    "lambda x: regexp_full_match(x, '[a-z]{3,}|[0-9]+(st|nd|rd|th)') "
    f"and not list_contains({_listed(_EMPTY_OF_STREETS)}, x))[1]"
)
HOUSE_SQL = f"""case when regexp_full_match({_ADDRESS_SQL}, '[\\x00-\\x7F]+') and {_NUMBER_SQL} <> ''
      then {_NUMBER_SQL} || '/' || regexp_replace({_STREET_SQL}, '^([0-9]+)[a-z]+$', '\\1') end"""


def house(record: Mapping[str, Any]) -> str | None:
    """Number and first telling word of the street: `435/cienega`; null in Japanese script or without either."""
    text = _folded(record.get("address"))
    number = re.search("[0-9]+", text)
    if number is None or not text.isascii():
        return None
    for word in re.findall("[a-z0-9]+", text):
        ordinal = _ORDINAL_WORDS.get(word)
        plain = f"{ordinal}th" if ordinal else re.sub("^([a-z]{3,}?)(strasse|str)$", r"\1", word)
        is_telling = re.fullmatch("[a-z]{3,}|[0-9]+(st|nd|rd|th)", plain) and plain not in _EMPTY_OF_STREETS.split()
        if is_telling:
            return number[0] + "/" + re.sub("^([0-9]+)[a-z]+$", r"\1", plain)
    return None


_LENGTHS = range(_SHORTEST_SKELETON, _LONGEST_SKELETON + 1)
_KANA_SKELETON_SQL = (
    f"case when contains('{_VOWELS_OF_KANA[0]}', left(x, 1)) "
    f"then translate(left(x, 1), '{_VOWELS_OF_KANA[0]}', '{_VOWELS_OF_KANA[1]}') else '' end "
    f"|| translate(x, '{_KANA}', '{_CONSONANTS}')"
)
_KANA_SKELETONS_SQL = (
    f"list_filter(flatten(list_transform(list_transform(coalesce(r.reading_keys, []), lambda x: {_KANA_SKELETON_SQL}), "
    f"lambda x: [{', '.join(f'left(x, {size})' for size in _LENGTHS)}])), "
    f"lambda x: length(x) >= {_SHORTEST_SKELETON})"
)


def _romaji_sql(word: str) -> str:
    for old, new in _ROMAJI_STEPS:
        word = f"replace({word}, '{old}', '{new}')"
    return word


_FIRST_WORD_SQL = f"""list_filter(regexp_extract_all({_NAME_SQL}, '[a-z0-9]+'),
      lambda x: regexp_full_match(x, '[a-z]{{3,}}') and not list_contains({_listed(_EMPTY_WORDS)}, x))[1]"""
_ROMAJI_SQL = _romaji_sql(f"regexp_replace({_FIRST_WORD_SQL}, 'oh([^aeiouy]|$)', 'o\\1', 'g')")
_LATIN_SKELETON_SQL = (
    f"left(regexp_extract(x, '^[aeiou]') || regexp_replace(x, '[aeiouy]+', '', 'g'), {_LONGEST_SKELETON})"
)
SKELETONS_SQL = f"""case when {_IS_LATIN_SQL} then
      list_filter(list_transform([{_ROMAJI_SQL}], lambda x: {_LATIN_SKELETON_SQL}),
        lambda x: length(x) >= {_SHORTEST_SKELETON})
    when r.organisation_name_key is not null then {_KANA_SKELETONS_SQL} end"""


def skeletons(record: Mapping[str, Any]) -> Iterable[str]:
    """Consonants of a name as it begins: of kana readings the first two to four, of a Latin name up to four."""
    if record.get("organisation_name_key") is None:
        return []
    if not _is_latin(record):
        return [found for key in record.get("reading_keys") or () for found in _kana_skeletons(key)]
    words = re.findall("[a-z0-9]+", _folded(record.get("organisation_name")))
    telling = (word for word in words if re.fullmatch("[a-z]{3,}", word) and word not in _EMPTY_WORDS.split())
    word = re.sub("oh([^aeiouy]|$)", r"o\1", next(telling, ""))
    for old, new in _ROMAJI_STEPS:
        word = word.replace(old, new)
    initial = word[:1] if word[:1] in tuple("aeiou") else ""
    skeleton = (initial + re.sub("[aeiouy]", "", word))[:_LONGEST_SKELETON]
    return [skeleton] if len(skeleton) >= _SHORTEST_SKELETON else []


def _kana_skeletons(reading: str) -> list[str]:
    initial = reading[:1].translate(_INITIAL_TABLE) if reading[:1] in tuple(_VOWELS_OF_KANA[0]) else ""
    skeleton = initial + reading.translate(_KANA_TABLE)
    return [skeleton[:size] for size in _LENGTHS if len(skeleton[:size]) >= _SHORTEST_SKELETON]


IS_FORMLESS_SQL = "coalesce(r.legal_form, '') = '' and r.corporate_number_key is null"
SHOP_SQL = f"case when {IS_FORMLESS_SQL} and regexp_matches(r.branch, '{_SHOP}') then r.branch end"


def is_formless(record: Mapping[str, Any]) -> bool:
    """Whether nothing tells that the name is a legal company's: it may be a shop, one of many of the name."""
    return not record.get("legal_form") and record.get("corporate_number_key") is None


_KANJI = "[㐀-鿿々]"
IN_KANJI_SQL = f"coalesce(regexp_matches(r.organisation_name_key, '{_KANJI}'), false)"


def in_kanji(record: Mapping[str, Any]) -> bool:
    """Whether kanji stand in the name, so that one reading may be another name's too."""
    return re.search(_KANJI, record.get("organisation_name_key") or "") is not None


WHOLE_KEY_SQL = "r.organisation_name_key || replace(lower(r.branch), ' ', '')"


def whole_key(record: Mapping[str, Any]) -> str | None:
    """The name's key with the branch where it was cut off; null without a branch."""
    key, branch = record.get("organisation_name_key"), record.get("branch")
    return None if key is None or branch is None else key + branch.lower().replace(" ", "")


def shop(record: Mapping[str, Any]) -> str | None:
    """The branch of a shop: 新宿店, but neither 新宿支店 nor that of a legal company."""
    branch = record.get("branch")
    return str(branch) if branch and is_formless(record) and re.search(_SHOP, branch) else None


def _bare_name(record: Mapping[str, Any]) -> str | None:
    """The name of what may be one of many: `contact_shares` counts in how many places it is met."""
    return record.get("organisation_name_key") if is_formless(record) else None


# Name of the feature, its SQL over a row `r`, and the same over a mapping.
FEATURES: tuple[tuple[str, str, Callable[[Mapping[str, Any]], Any]], ...] = (
    ("is_formless", IS_FORMLESS_SQL, is_formless),
    ("shop", SHOP_SQL, shop),
    ("branch", "r.branch", lambda record: record.get("branch")),
    ("whole_key", WHOLE_KEY_SQL, whole_key),
    ("in_kanji", IN_KANJI_SQL, in_kanji),
    ("word_list", WORD_LIST_SQL, word_list),
    ("name_words", NAME_WORDS_SQL, name_words),
    ("name_marks", NAME_MARKS_SQL, name_marks),
    ("sister_kinds", SISTER_KINDS_SQL, sister_kinds),
    ("house", HOUSE_SQL, house),
    ("bare_name", f"case when {IS_FORMLESS_SQL} then r.organisation_name_key end", _bare_name),
)
TYPES = {"is_formless": "BOOLEAN", "in_kanji": "BOOLEAN", "word_list": "VARCHAR[]", "skeletons": "VARCHAR[]"}

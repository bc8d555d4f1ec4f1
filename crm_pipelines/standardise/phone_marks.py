"""The words and signs around phone numbers: labels, remarks, extensions in many languages, masks."""

import re
from functools import cache

from crm_pipelines.standardise.text import clean_text

TRUNK = re.compile(r"(?<=[0-9 )])[ -]*\(0\)|^\(0\)(?=[0-9])")
"""The trunk zero that is not dialled from abroad, `+44 (0)20`."""

_NUMBERED_BEFORE = re.compile("[①-⑳⑴-⒇❶-❿]")
_LINES = re.compile(r"[\n\r;；]+(?!ext=)")
_OTHER_DIGIT = re.compile(r"[^\W\x00-\x7f]")
_KANJI_NUMBER = re.compile(
    r"(?<![0-9])[〇○零一二三四五六七八九](?:[ ()\-ー~・.の]{0,3}[〇○零一二三四五六七八九]){8,}(?![0-9])"
)
_KANJI_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_BRACKETS = str.maketrans("[]{}〔〕【】", "()()()()")
_SHEET_DECIMAL = re.compile(r"([0-9]{9,13})\.0+")
_HOURS = re.compile(
    r"(?<![0-9])[0-9]{1,2}(?:時|:[0-9]{2}(?![0-9]|-[0-9]{3}))(?: ?[-~] ?[0-9]{1,2}(?:時|:[0-9]{2}(?![0-9])))?"
)
_COUNTED = re.compile(r"(?<=[ (])[0-9]{1,3}(?=F(?![A-Za-z])|[階係課名人号棟部班組])")
_LIST_NUMBER = re.compile(r"\([1-9]\) ?(?=[0+])|(?m:^)[1-9][.):] ?(?=[0+(])")
_LABEL_NUMBER = re.compile(r"(?<=[^\W\d_])[1-9](?=[ :.)]+[0-9+(])")
_OR = re.compile(
    r"または|もしくは|あるいは|又は|若しくは|及び|および|(?<=[0-9)]) ?(?:&|\bor\b|\band\b|と|oder|ou) ?(?=[0-9+(])",
    re.I,
)
_FAX_WORDS = "FAX|ファックス|ファクス|ファクシミリ|ファッ?クシミリ"
_BOTH = re.compile(
    rf"(?:TEL|T|電話(?:番号)?|PHONE) ?[./・&,+兼と ] ?(?:{_FAX_WORDS}|F(?=[ :.]))(?:番号)?(?:兼用|共通|共用)?|"
    rf"(?:{_FAX_WORDS}) ?[./・&,+兼と] ?(?:TEL|電話)(?:番号)?(?:兼用|共通|共用)?|"
    rf"(?:{_FAX_WORDS}) ?(?:も)?(?:兼用?|共通|共用|同じ|同番|同一)",
    re.IGNORECASE,
)
_LONG_MARK = re.compile(r"(?<=[0-9)]) *[ー~_・.一=] *(?=[0-9(])")
_LINE_GROUP = re.compile(r"([0-9]) ?~ ?([0-9]{1,4})(?![0-9-])")
_FAX = re.compile(rf"{_FAX_WORDS}|(?<![A-Za-z0-9])F(?![A-Za-z])", re.IGNORECASE)
_PHONE_TOO = re.compile(r"TEL|電話|兼|共用", re.IGNORECASE)
_REPRESENTATIVE = re.compile(
    r"代表(?!取締|者|社員|理事|役)|(?<![^\W\d_])大?代(?![^\W\d_])|"
    r"(?<![A-Za-z])(?:main|rep|representative|switchboard|pilot)(?![A-Za-z])",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"(?:(?:^|[^A-Za-zА-яёÀ-ɏ])(?:extension|extensi[oó]n|extn|ext|extens|x|доб(?:авочный)?|вн(?:утр)?|poste|pos|durchwahl|dw|"
    r"app(?:arat)?|nst|klappe|int(?:erno|ern)?|anexo|ramal|toestel|tst|wew|anknytning|lokal|lok|máy lẻ|dahili|;ext=)|"
    r"(?<![一-鿿])内|内線(?:番号)?|內線|内线|转|轉|分机|分機|내선|구내|ต่อ|#|^,,+$)\)?[ .:=番は]*\(?$",
    re.IGNORECASE,
)
_LABEL_WORD = (
    r"TEL|TELEPHONE|PHONE|PH|MOBILE|MOB|CELL|FAX|HOME|WORK|OFFICE|DIRECT|MAIN|CALL|HP|NO|T|F|M|P|D|H|W|C|тел|факс|моб"
)
_LABEL_AT_END = re.compile(rf"(?:^|[^A-Za-zΑ-ӿ])(?:{_LABEL_WORD})$", re.IGNORECASE)
_LABEL_AT_START = re.compile(rf"(?:{_LABEL_WORD})(?![A-Za-zΑ-ӿ])", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-zÀ-ɏΑ-ӿ]")
_MASK = "*○●×◯〇□■?"
_MASKED_END = re.compile(r"[-. ()]*(?:[*○●×◯〇□■?xX]{2,}|[*○●×◯〇□■?])|[-.][A-Za-z]")
_PARTED = re.compile(r"[\n/,、|]")
_SINGLE_SIGN = re.compile(r"[?!*](?:$|[ )\n])")


def prepared_cell(raw: str | None) -> tuple[str, tuple[str, ...]]:
    """Clean a cell so that its numbers stand in ASCII digits, one separator kind, lists broken into lines.

    Returns:
        The text, its lines parted by line feeds, and the rules that fired (`phone.kanji_digits`).
    """
    lines = _LINES.split(_NUMBERED_BEFORE.sub("\n", raw or "").replace("\t", "\n"))
    text = "\n".join(line for line in map(clean_text, lines) if line)
    if not text:
        return "", ()
    rules: tuple[str, ...] = ()
    if not text.isascii():
        text = _OTHER_DIGIT.sub(_decimal, text)
        kanji = _KANJI_NUMBER.sub(lambda match: match[0].translate(_KANJI_DIGITS), text)
        rules = ("phone.kanji_digits",) if kanji != text else ()
        text = _BOTH.sub("TEL ", kanji)
    elif "F" in text.upper():
        text = _BOTH.sub("TEL ", text)
    text = text.translate(_BRACKETS)
    if sheet := _SHEET_DECIMAL.fullmatch(text):
        return sheet[1], ("phone.sheet_decimal",)
    return _without_counts(text), rules


def extension_before(between: str, digits: int) -> bool:
    """Tell whether the text before a run of so many digits calls it an extension."""
    return digits <= 7 and bool(_EXTENSION.search(between[-24:]))


def is_fax(text: str, start: int, end: int) -> bool:
    """Tell whether the text between two places says that a number is a fax, and not a phone too."""
    return bool(_FAX.search(text, start, end)) and not _PHONE_TOO.search(text, start, end)


def is_representative(text: str, start: int, end: int) -> bool:
    """Tell whether the text between two places calls a number the switchboard (代表)."""
    return bool(_REPRESENTATIVE.search(text, start, end))


def has_letter_beside(text: str, start: int, end: int, after: int, digits: int) -> bool:
    """Tell whether a letter or a mask sign stands at the digits of a run: no keypad letters, no hidden digits.

    A label may touch the number (`TEL03-`), and one footnote or question mark at a whole number hides no digit.
    """
    before = text[max(0, start - 16) : start]
    if before and text[start].isdigit():
        if _LETTER.match(before[-1]) and not _LABEL_AT_END.search(before):
            return True
        if before[-1] in _MASK and not (digits >= 10 and before[-1] in "*?" and len(before.strip()) == 1):
            return True
    if digits >= 10 and _SINGLE_SIGN.match(text, end):
        return False
    if end < len(text) and _LETTER.match(text[end]):
        return not (_LABEL_AT_START.match(text, end) or (after < len(text) and extension_before(text[end:after], 1)))
    return bool(_MASKED_END.match(text, end, after))


def _without_counts(text: str) -> str:
    """Times, floors and list numbers out, other separators to hyphens."""
    text = _LABEL_NUMBER.sub("", _LIST_NUMBER.sub("\n", text))
    text = _OR.sub("\n", _COUNTED.sub(" ", _HOURS.sub(" ", text))).strip("\n ")
    ranged = _LINE_GROUP.sub(_kept_range, text)
    return _LONG_MARK.sub(_hyphen, ranged).replace("\ue000", "~")


def _kept_range(match: re.Match[str]) -> str:
    """A wave behind a whole number opens a range of lines; between the groups of a number it is a hyphen."""
    return f"{match[1]}\ue000{match[2]}" if _digits_before(match.string, match.start() + 1) >= 9 else match[0]


def _hyphen(match: re.Match[str]) -> str:
    """A middle dot behind a whole number parts two numbers."""
    if "・" not in match[0]:
        return "-"
    return "・" if _digits_before(match.string, match.start()) >= 9 else "-"


def _digits_before(text: str, end: int) -> int:
    """How many digits of the same number stand before a place."""
    return sum(map(str.isdigit, _PARTED.split(text[max(0, end - 18) : end])[-1]))


@cache
def _decimal_of(sign: str) -> str:
    return str(int(sign)) if sign.isdecimal() else sign


def _decimal(match: re.Match[str]) -> str:
    return _decimal_of(match[0])

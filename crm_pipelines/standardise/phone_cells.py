"""Take a cell of phone numbers apart: which numbers, what their labels and remarks say, which extension."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.text import clean_text

_BREAK = re.compile(
    r"[\n\r\t;,、，；/／|｜]+(?!ext=)|または|もしくは|又は|及び|(?<=\d)\s+(?:or|and|と)\s+(?=[\d+(])", re.IGNORECASE
)
_LABEL_BREAK = re.compile(
    r"(?<=[0-9)]) ?(?=(?:TEL|電話|携帯|FAX|ファックス|ファクス|ファクシミリ|自宅|"
    r"勤務先|会社|MOBILE|CELL|PHONE|本社|支店)[^0-9]{0,8}[0-9+(])",
    re.IGNORECASE,
)
_SPACE_BREAK = re.compile(r" (?=(?:0|\+|\(0))")
_LONG_MARK = re.compile(r"(?<=[0-9)])\s*[ー~_・.一―]\s*(?=[0-9(])")
_FAX = re.compile(r"F(?:AX)?(?=[ :.]|[0-9(+]|$)|FAX|ファックス|ファクス|ファクシミリ", re.IGNORECASE)
_PHONE_TOO = re.compile(r"TEL|電話|兼|共用", re.IGNORECASE)
_REPRESENTATIVE = re.compile(
    r"\(?(?:大?代表?(?:番号|電話|者)?|大代)\)?(?=[^0-9a-z]*(?:$|[0-9(+:内]))|\((?:main|rep(?:resentative)?)\)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"~[0-9]{1,4}$")
_EXTENSION = re.compile(
    r"[ (]*(?:;ext=|(?:内線|内)(?:番号)?|extension|extn|ext|x(?=[ .:]?[0-9]{2,5}\)?$)|"
    r"#)[ .:：番は]*([0-9]{1,7})[ )]*(?:番)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?[0-9(][0-9() +.-]*[0-9)]|[0-9]")
_TRUNK = re.compile(r"(?<=[0-9])[ -]*\(0\)")
_MASK = re.compile(r"[*○●×◯＊〇□■?#]|(?<=[0-9-])[A-Za-z]|[A-Za-z](?=[0-9])", re.IGNORECASE)
_LABEL_WORD = re.compile(
    r"TEL|T(?=[ :.])|PHONE|MOBILE|CELL|FAX|FREE ?DIAL|M(?=[ :.])|P(?=[ :.])|F(?=[ "
    r":.])|HOME|WORK|OFFICE|DIRECT|MAIN|D(?=[ :.])|NO(?=[ .:])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class PhoneText:
    """One number of a cell: its digits with a `+` where written, and what stood around it."""

    number: str
    extension: str
    flags: tuple[str, ...]
    is_masked: bool


def phone_texts(raw: str | None) -> list[PhoneText]:
    """Take a cell apart into its numbers.

    Returns:
        One per number in its order; a fragment without digits is a remark and left out, unless the whole cell has none.
        Empty for an empty cell.
    """
    pieces = [text for piece in _BREAK.split(raw or "") if (text := clean_text(piece))]
    pieces = [part for piece in pieces for part in _parts_of(_dashed(piece))]
    numbered = [piece for piece in pieces if len(_DIGITS.findall(piece)) > 4]
    return [_read(piece) for piece in numbered or pieces[:1]]


def _dashed(piece: str) -> str:
    """Long marks between digits to hyphens, but for the `~3` of a group of lines."""
    line_group = _RANGE.search(piece)
    if line_group and len(_DIGITS.findall(piece[: line_group.start()])) >= 9:
        return _LONG_MARK.sub("-", piece[: line_group.start()]) + line_group[0]
    return _LONG_MARK.sub("-", piece)


def _parts_of(piece: str) -> list[str]:
    """Cut where a label or a space begins another whole number."""
    parts: list[str] = []
    for labelled in _LABEL_BREAK.split(piece):
        start = 0
        for gap in _SPACE_BREAK.finditer(labelled):
            head, rest = labelled[start : gap.start()], labelled[gap.end() :]
            if len(_DIGITS.findall(head)) >= 9 and len(_DIGITS.findall(rest)) >= 9:
                parts.append(head)
                start = gap.end()
        parts.append(labelled[start:])
    return parts


def _read(piece: str) -> PhoneText:
    flags = set()
    extension = _EXTENSION.search(piece)
    is_late = extension is not None and len(_DIGITS.findall(piece[: extension.start()])) >= 8
    if extension and is_late:
        piece = piece[: extension.start()] + " " + piece[extension.end() :]
    if _FAX.search(piece) and not _PHONE_TOO.search(piece):
        flags.add("fax")
    if _REPRESENTATIVE.search(piece):
        flags.add("representative")
        piece = _REPRESENTATIVE.sub(" ", piece)
    if _RANGE.search(piece.strip()):
        flags.add("range")
        piece = _RANGE.sub("", piece.strip())
    body = _LABEL_WORD.sub(" ", _TRUNK.sub("", piece))
    number = "".join(_NUMBER.findall(body))
    plus = "+" if number.lstrip("(").startswith("+") else ""
    digits = plus + re.sub(r"[^0-9]", "", number)
    return PhoneText(digits, extension[1] if extension and is_late else "", tuple(sorted(flags)), _is_masked(body))


def _is_masked(body: str) -> bool:
    """Letters or mask signs between or beside digits; words before or after the number are remarks."""
    return bool(_MASK.search(body)) or len(_split_numbers(body)) > 1


def _split_numbers(body: str) -> list[str]:
    return [run for run in re.split(r"[^0-9() +.-]+", body.replace("(", "").replace(")", "")) if _DIGITS.search(run)]

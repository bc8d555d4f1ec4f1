"""One line that holds a company and more: 株式会社青空 営業部 山田太郎, Aqua Products Co., Ltd. 人事部 高橋謙二."""

import re
from typing import NamedTuple

from crm_pipelines.standardise.body_names import is_body_name, is_unsure_form_of_body
from crm_pipelines.standardise.company_forms import find_form, has_form
from crm_pipelines.standardise.desk_names import is_latin_desk, is_title, is_unit
from crm_pipelines.standardise.name_split import family_bearers, is_given_name, split_name
from crm_pipelines.standardise.person_marks import is_japanese
from crm_pipelines.standardise.text import is_kana

_SITE = re.compile(
    r"(?:支店|支社|営業所|出張所|事業所|本社|本店|クリニック|医院|病院|診療所|工場|研究所|保育園|幼稚園|[^部課]店)$"
)
_EDGES = ",|/"
_LONGEST_LINE = 400  # letters; a longer line is prose
_WELL_BORNE = 500
_WHOLE_NAME = 4  # letters that hold a family and a given name beyond doubt


class CompanyLine(NamedTuple):
    """A line taken apart around its company; empty texts for what it has not."""

    before: str
    company: str
    behind: str


def company_by_form(line: str) -> CompanyLine | None:
    """Find the company that a legal form tells; None without one.

    Args:
        line: a cleaned text; its words part the company from what follows. Branches stay with the company.
    """
    if len(line) > _LONGEST_LINE:
        return None
    words = line.split(" ")
    heads = [" ".join(words[:size]).rstrip(_EDGES) for size in range(1, len(words) + 1)]
    with_form = [size for size, head in enumerate(heads, start=1) if has_form(head)]
    if not with_form and not has_form(line):
        return None
    form = find_form(line)
    if form is not None and not form.is_latin and (at := _form_word(words)) is not None:
        return _around_japanese_form(words, at)
    if not with_form:
        return None
    size = with_form[-1]
    return _after_break(heads[size - 1], " ".join(words[size:]))


def company_by_words(line: str) -> CompanyLine | None:
    """Find the company that words of business tell at the head of a line; behind it only a unit or a name."""
    if len(line) > _LONGEST_LINE:
        return None
    words = line.split(" ")
    sizes = range(len(words), 0, -1) if is_japanese(words[0]) else range(1, len(words) + 1)
    for size in sizes:
        head, behind = " ".join(words[:size]).rstrip(_EDGES), " ".join(words[size:])
        if is_role(head) or any(is_role(word) for word in words[:size] if is_japanese(word)):
            continue
        if (is_body_name(head) or is_unsure_form_of_body(head)) and _may_follow(head, behind):
            return CompanyLine("", head, behind)
    return None


def _may_follow(head: str, behind: str) -> bool:
    """Whether the company ends here: behind a Latin one only a Latin desk or Japanese words go on."""
    return is_japanese(head) or not behind or is_latin_desk(behind) or is_japanese(behind.partition(" ")[0])


def company_before_person(words: list[str]) -> tuple[str, str]:
    """(company, person) of アクア 田中聡美 and アクア 田中 聡美; one name where nothing tells."""
    first, last = words[0], words[-1]
    is_after_other = not family_bearers(first) or len(last) >= _WHOLE_NAME
    if len(words) > 1 and is_whole_name(last) and not is_whole_name(first) and is_after_other:
        return " ".join(words[:-1]), last
    if len(words) > 2 and family_bearers(words[-2]) and is_given_name(last):
        return " ".join(words[:-2]), " ".join(words[-2:])
    return "", " ".join(words)


def is_whole_name(word: str) -> bool:
    """Tell whether one word is a usual family name and a known given name (田中聡美), and no given name (今日子)."""
    if len(word) < 3 or is_kana(word) or is_given_name(word):
        return False
    cut = split_name(word)
    return cut is not None and family_bearers(cut.family) >= _WELL_BORNE and is_given_name(cut.given)


def is_role(text: str) -> bool:
    """Tell whether a text names a unit or a rank of an organisation."""
    return is_unit(text) or is_title(text) if is_japanese(text) else is_latin_desk(text)


def _form_word(words: list[str]) -> int | None:
    for place, word in enumerate(words):
        form = find_form(word)
        if form is not None and not form.is_latin:
            return place
    return None


def _around_japanese_form(words: list[str], at: int) -> CompanyLine:
    start, end = at, at + 1
    if _is_bare_form(words[at]):
        start, end = (at, min(at + 2, len(words))) if at == 0 else (at - 1, at + 1)
    while end < len(words) and _SITE.search(words[end]):
        end += 1
    return CompanyLine(" ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:]))


def _is_bare_form(word: str) -> bool:
    form = find_form(word)
    return form is not None and form.start == 0 and form.end == len(word)


def _after_break(head: str, behind: str) -> CompanyLine:
    """A name in front of a Latin company, parted by a bar or a slash: John Smith | Acme Widgets, Inc."""
    before, found, company = head.rpartition(" | ") if " | " in head else head.rpartition(" / ")
    return CompanyLine(before, company, behind) if found else CompanyLine("", head, behind)

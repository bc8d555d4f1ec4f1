"""Organisation, department, title and name of a signature: the lines that hold no contact data.

Units and ranks are known by their words. A company is known, in this order, by its legal form, by the sender's own
words (青空商事の山田です), by words of business, and last by what is left when the name is found: what a department
follows or the domain of the sender's address spells. Among several names the one the header and the mailbox bear is
the sender's.
"""

import re
from dataclasses import dataclass, field
from functools import partial

from crm_pipelines.standardise.companies import company_key
from crm_pipelines.standardise.company_lines import (
    CompanyLine,
    company_before_person,
    company_by_form,
    company_by_words,
    is_role,
)
from crm_pipelines.standardise.desk_names import is_latin_desk, is_latin_title, is_title
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.mail_introductions import Sender
from crm_pipelines.standardise.person_marks import is_japanese
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.row_subject import is_spelled_like_domain, mailbox_bears, names_a_person
from crm_pipelines.standardise.same_person import same_person
from crm_pipelines.standardise.text import is_kana

_KANA = re.compile(r"^[ァ-ヶー]+(?: [ァ-ヶー]+)?$|^[ぁ-んー]+ [ぁ-んー]+$")
_KANA_BRACKET = re.compile(r" ?\(([ぁ-んァ-ヶー]+(?: [ぁ-んァ-ヶー]+)?)\)")
_LATIN_BRACKET = re.compile(r" ?[(/] ?[A-Za-z][A-Za-z .'-]+\)?$")
_LATIN_WORD = r"[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*"
_NAME = re.compile(
    r"^[一-鿿々〆ヶぁ-んァ-ヶー𠀀-𳑿]{1,14}(?:[ ・][一-鿿々ぁ-んァ-ヶー]{1,8}){0,2}$|"
    rf"^(?:{_LATIN_WORD}|[A-Z]\.)(?: (?:[A-Z]\.|van|von|de|der|den|la|di|da|bin|{_LATIN_WORD})){{0,4}}$"
)
_NOT_NAME = re.compile(
    r"以上|敬具|よろしく|お願い|拝|ありがとう|担当者?$|様$|各位|営業時間|定休|本社|支社|お世話|株主|会社|ご確認|署名|"
    r"^(?:Best|Kind|Warm)? ?[Rr]egards|^(?:Thanks|Thank you|Sincerely|Cheers|Hello|Hi|Dear|Yours)\b"
)
_LATIN_BREAK = re.compile(r" ?[/|,・] ?")
_JAPANESE_BREAK = re.compile(r"[ /|、]+")
_LATIN_ROLE = re.compile(
    r"\b(?:Director|Manager|Engineer|President|Officer|Consultant|Executive|Analyst|Founder|Partner|Head)\b"
)
_LONGEST_LINE = 100
_SURE = 2


@dataclass(slots=True)
class _Group:
    """Words that could be a name: with what stands beside them on their line."""

    text: str
    has_title: bool = False
    unit_before: bool = False
    unit_behind: bool = False


@dataclass(slots=True)
class _People:
    """What the lines hold so far."""

    sender: Sender
    organisation: str = ""
    departments: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    kana: str = ""
    groups: list[_Group] = field(default_factory=list)


def read_people(lines: list[str], sender: Sender) -> dict[str, str]:
    """Read the canonical fields organisation_name, department, job_title, name and name_kana.

    Args:
        lines: cleaned lines without contact data and addresses, top down.
        sender: what header and text tell of the sender.
    """
    people = _People(sender)
    rests = _without_company([line for line in lines if len(line) <= _LONGEST_LINE], people)
    for rest in rests:
        _read_line(rest, people)
    name = _chosen(people)
    fields = {
        "organisation_name": people.organisation,
        "department": " ".join(dict.fromkeys(people.departments)),
        "job_title": " ".join(dict.fromkeys(people.titles)),
        "name": name,
        "name_kana": people.kana,
    }
    return {key: text for key, text in fields.items() if text}


def _without_company(lines: list[str], people: _People) -> list[str]:
    """Take the company off the first line that surely names one; all lines come back without it."""
    by_introduction = partial(_company_by_introduction, people.sender)
    for find in (company_by_form, by_introduction, company_by_words):
        for place, line in enumerate(lines):
            if (found := find(line)) is not None:
                people.organisation = found.company
                rest = [part for part in (found.before, found.behind) if part]
                others = [text for text in lines[place + 1 :] if company_by_form(text) is None]
                return [*lines[:place], *rest, *others]
    return lines


def _company_by_introduction(sender: Sender, line: str) -> CompanyLine | None:
    key = company_key(sender.company)
    words = line.split(" ")
    for size in range(1, len(words) + 1):
        if key and company_key("".join(words[:size])) == key:
            return CompanyLine("", " ".join(words[:size]), " ".join(words[size:]))
    return None


def _read_line(line: str, people: _People) -> None:
    if found := _KANA_BRACKET.search(line):
        people.kana = people.kana or found[1]
        line = _KANA_BRACKET.sub("", line)
    line = _LATIN_BRACKET.sub("", line) if is_japanese(line) else line
    if not line or _NOT_NAME.search(line) or is_placeholder(line):
        return
    before = len(people.groups)
    (_read_japanese_line if is_japanese(line) else _read_latin_line)(line, people)
    if len(people.groups) == before + 1:
        people.groups[-1].has_title |= _has_title(line)


def _has_title(line: str) -> bool:
    return any(is_title(word) if is_japanese(word) else is_latin_title(word) for word in _JAPANESE_BREAK.split(line))


def _read_japanese_line(line: str, people: _People) -> None:
    """Units and ranks part the words of a line into groups: アクア 営業部 課長 田中 聡美."""
    group: list[str] = []
    had_unit = False
    words = [word for word in _JAPANESE_BREAK.split(line) if word]
    has_japanese_name = any(is_japanese(word) and not is_role(word) for word in words)
    for word in words:
        if is_role(word):
            _take_role(word, people)
            _close(group, people, had_unit, is_before_unit=not (is_title(word) or is_latin_title(word)))
            group, had_unit = [], True
        elif is_japanese(word) or not has_japanese_name:  # the same name in Latin letters stands beside the Japanese
            group.append(word)
    _close(group, people, had_unit, is_before_unit=False)


def _close(group: list[str], people: _People, had_unit: bool, *, is_before_unit: bool) -> None:
    if not group:
        return
    company, name = company_before_person(group)
    for text, is_company in ((company, True), (name, False)):
        if text and _NAME.match(text):
            unit_behind = is_company or is_before_unit
            people.groups.append(_Group(text, unit_before=had_unit and not is_company, unit_behind=unit_behind))


def _take_role(word: str, people: _People) -> None:
    is_rank = is_title(word) if is_japanese(word) else is_latin_title(word)
    (people.titles if is_rank else people.departments).append(word)


def _read_latin_line(line: str, people: _People) -> None:
    for part in (part for part in _LATIN_BREAK.split(line) if part):
        if is_latin_desk(part):
            _take_role(part, people)
            continue
        words = part.split(" ")
        ends = [size for size in range(1, len(words) - 1) if is_latin_desk(" ".join(words[:size]))]
        tails = [size for size in range(2, len(words)) if is_latin_desk(" ".join(words[size:]))]
        if ends and not _LATIN_ROLE.search(" ".join(words[max(ends) :])) and words[max(ends)].casefold() != "of":
            people.titles.append(" ".join(words[: max(ends)]))
            words = words[max(ends) :]
        elif tails:
            _take_role(" ".join(words[min(tails) :]), people)
            words = words[: min(tails)]
        elif _LATIN_ROLE.search(part) and len(words) > 1:
            people.titles.append(part)
            continue
        if _NAME.match(" ".join(words)):
            people.groups.append(_Group(" ".join(words)))


def _chosen(people: _People) -> str:
    """The sender's name among the groups; what is left may be the company or the name in kana."""
    if not people.groups:
        return ""
    scored = sorted(
        ((-_score(group, people.sender), place) for place, group in enumerate(people.groups)),
    )
    best = people.groups[scored[0][1]]
    others = [group for group in people.groups if group is not best]
    if not others and not people.organisation and _is_company_alone(best, people.sender):
        people.organisation = best.text
        return ""
    for other in others:
        if _is_kana_of(other.text, best.text):
            people.kana = people.kana or other.text
        elif not people.organisation and _is_company_beside(other, best, people.sender):
            people.organisation = other.text
    return best.text


def _score(group: _Group, sender: Sender) -> int:
    value = standardise_person(group.text)
    score = 4 * is_senders_name(group.text, sender) + 3 * mailbox_bears(sender.address, value)
    score += 2 * group.has_title + group.unit_before + names_a_person(value) - 2 * group.unit_behind
    return score - 3 * _is_domains(group.text, sender) - 2 * bool(_KANA.match(group.text) and not sender.name)


def is_senders_name(text: str, sender: Sender) -> bool:
    """Tell whether a text can be the name that the header shows, in whatever script and order."""
    if not sender.name:
        return False
    return sender.name.replace(" ", "") == text.replace(" ", "") or same_person(sender.name, text)


def _is_domains(text: str, sender: Sender) -> bool:
    return "@" in sender.address and is_spelled_like_domain(text, sender.address.rpartition("@")[2])


def _is_company_alone(group: _Group, sender: Sender) -> bool:
    """The only words left: a company where its department follows, or its domain spells it but not the header."""
    if group.has_title or is_senders_name(group.text, sender) or names_a_person(standardise_person(group.text)):
        return False
    return group.unit_behind or (bool(sender.name) and _is_domains(group.text, sender))


def _is_company_beside(other: _Group, best: _Group, sender: Sender) -> bool:
    if other.unit_behind or _is_domains(other.text, sender):
        return True
    is_person = names_a_person(standardise_person(other.text))
    return not is_person and _score(best, sender) >= _SURE and not other.has_title


def _is_kana_of(kana: str, name: str) -> bool:
    """Whether kana beside a name in kanji are its reading, as far as anyone knows it."""
    if not _KANA.match(kana) or is_kana(name.replace(" ", "")):
        return False
    return same_person(kana, name) or " " in kana

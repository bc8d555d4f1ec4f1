"""Tell a body (company, shop, office) from a person in a column of persons' names."""

import re

from crm_pipelines.standardise.body_names import is_body_name, is_unsure_form_of_body
from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.name_split import family_bearers, is_given_name
from crm_pipelines.standardise.person_households import is_whole_name
from crm_pipelines.standardise.person_marks import Marks, take_marks

_ADDRESSED_PERSON = re.compile("(?:様|さま|先生|殿) ?御中$")
_FORM = r"(?:(?:株式|有限|合同|合資|合名)会社|[社財]団法人|\([株有]\))"
_HAS_FORM = re.compile(_FORM)
_NAME = r"(?P<name>[^()]+?) ?(?:様|さま|殿|先生)?"
_COMPANY_ASIDE = re.compile(rf"{_NAME} ?\((?P<company>(?=.*{_FORM})[^ ].{{4,}})\)")
_COMPANY_FRONT = re.compile(rf"(?P<company>{_FORM} ?[^ ]{{2,}}|[^ ]{{2,}} ?{_FORM}) {_NAME}")
_WELL_BORNE = 500
_SHORTEST_WHOLE = 4


def is_organisation(text: str) -> bool:
    """Tell whether a cleaned text names an organisation by its legal form or by its words."""
    return (has_legal_form(text) and _person_of_company(text) is None) or is_body(text)


def is_body(text: str) -> bool:
    """Tell whether a cleaned text without a sure legal form names a body, and no person greeted as one."""
    if text[-1] == "中" and (_ADDRESSED_PERSON.search(text) or _is_person_onward(text)):
        return False
    return is_body_name(text) or is_unsure_form_of_body(text)


def marks_beside_company(text: str) -> Marks:
    """Take the marks off a cleaned name cell, and the company that stands beside a whole name."""
    found = _person_of_company(text)
    if found is None:
        return take_marks(text)
    marks = take_marks(found["name"])
    marks.rules.append("person.remark")
    marks.flags.add("employer")
    marks.parts.setdefault("alias", found["company"])
    return marks


def _person_of_company(text: str) -> re.Match[str] | None:
    """大石浩司(株式会社青空) and 株式会社青空 大石浩司: a whole name beside a company with a name of its own."""
    found = _COMPANY_ASIDE.fullmatch(text) or _COMPANY_FRONT.fullmatch(text) if _HAS_FORM.search(text) else None
    words = found["name"].split(" ") if found else []
    if len(words) == 1:
        is_whole = len(words[0]) >= _SHORTEST_WHOLE and is_whole_name(words[0]) and not is_body_name(words[0])
    else:
        is_whole = len(words) == 2 and family_bearers(words[0]) >= _WELL_BORNE and is_given_name(words[1])
    return found if is_whole else None


def _is_person_onward(text: str) -> bool:
    """山田太郎御中: a family name many bear and a known given name, which makes no word of business."""
    name = text.removesuffix("御中").strip()
    family, space, given = name.partition(" ")
    is_whole = family_bearers(family) >= _WELL_BORNE and is_given_name(given) if space else is_whole_name(name)
    return is_whole and name != text and not is_body_name(name)

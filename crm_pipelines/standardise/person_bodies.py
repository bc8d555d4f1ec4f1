"""Tell a body (company, shop, office) from a person in a column of persons' names."""

import re

from crm_pipelines.standardise.body_names import is_body_name, is_unsure_form_of_body
from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.name_split import family_bearers, is_given_name
from crm_pipelines.standardise.person_households import is_whole_name

_ADDRESSED_PERSON = re.compile("(?:様|さま|先生|殿) ?御中$")
_WELL_BORNE = 500


def is_organisation(text: str) -> bool:
    """Tell whether a cleaned text names an organisation by its legal form or by its words."""
    return has_legal_form(text) or is_body(text)


def is_body(text: str) -> bool:
    """Tell whether a cleaned text without a sure legal form names a body, and no person greeted as one."""
    if text[-1] == "中" and (_ADDRESSED_PERSON.search(text) or _is_person_onward(text)):
        return False
    return is_body_name(text) or is_unsure_form_of_body(text)


def _is_person_onward(text: str) -> bool:
    """山田太郎御中: a family name many bear and a known given name, which makes no word of business."""
    name = text.removesuffix("御中").strip()
    family, space, given = name.partition(" ")
    is_whole = family_bearers(family) >= _WELL_BORNE and is_given_name(given) if space else is_whole_name(name)
    return is_whole and name != text and not is_body_name(name)

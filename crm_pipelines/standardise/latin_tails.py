"""What stands around a Latin name in its cell and is none of its words: a mail address, a job, the word family."""

import re

from crm_pipelines.standardise.desk_names import is_latin_desk
from crm_pipelines.standardise.latin_keys import is_known_given
from crm_pipelines.standardise.person_marks import Marks

HOUSEHOLD_WORDS = frozenset({"family", "household", "familie", "famille", "familia", "famiglia"})
"""Words in small letters that make a family name a household's."""

_MAIL = re.compile(
    r"(?P<name>[^@<]{3,}?)[ ,;:]*(?:<[^<>]+@[^<>]+>|\([^()]+@[^()]+\)|\[[^\[\]]+@[^\[\]]+\]| [^ ]+@[^ ]+)"
)
_LIST_NUMBER = re.compile(r"^(?:No\.? ?\d{1,4}[.:)]?|\(?\d{1,3}[.:)]) +(?=\w+[ ,])", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?<=\w{3}) *(?:\(\d{1,2}\)|\+ ?\d{1,2}|,? et al\.?|(?<=[a-z]{4})\.|\*[^*]+\*"
    r"|(?: [-/,]|,) ?(?:mobile|cell|home|work|office|private|direct)"
    r"|[ ,:](?:tel|phone|mob|mobile)?[.:]? ?\+?\d[\d ()-]{7,})$",
    re.IGNORECASE,
)
_JOB_FRONT = re.compile(r"(?P<job>[A-Za-z][^/|;,]*)(?: ?[/|;:] ?| [-~] )(?P<name>[^ ,]+ [^,]+)")
_JOB = re.compile(r"(?P<name>[^ ,]+(?:, | )[^,]+?)(?: ?[,/|;] ?| [-~:] )(?P<job>[A-Za-z][^/|;]*)")
_WITH_FAMILY = re.compile("(?P<name>.+ .+?),? (?:and|&) (?:(?:his|her|their) )?family", re.IGNORECASE)
_HOUSEHOLD = re.compile(
    "(?:the )?(?P<before>.*[^ ,]),? (?:family|household)"
    "|(?:la |die )?(?:familie|famille|familia|famiglia) (?P<behind>.+)",
    re.IGNORECASE,
)


def without_edges(text: str) -> str:
    """The name in front of a mail address (Jane Miller <jane@example.com>), without the numbers and signs of a list."""
    found = _MAIL.fullmatch(text) if "@" in text else None
    bare = _LIST_NUMBER.sub("", found["name"] if found else text)
    return _BEHIND.sub("", bare) or text


def take_job_or_household(marks: Marks) -> bool:
    """Take a job off a name of two words (Jane Miller, CFO); tell whether it is a household's (Smith Family)."""
    found = _JOB.fullmatch(marks.name)
    if not (found and is_latin_desk(found["job"])):
        found = _JOB_FRONT.fullmatch(marks.name)
    if found and is_latin_desk(found["job"]) and not is_known_given(found["job"]):
        marks.take("person.title", found["name"], "honorific", found["job"])
    if found := _WITH_FAMILY.fullmatch(marks.name):
        marks.take("person.household", found["name"])
        marks.flags.add("household")
        return False
    household = _HOUSEHOLD.fullmatch(marks.name)
    if household is None:
        return False
    family = household["before"] or household["behind"]
    marks.take("person.household", family, "family", family)
    marks.flags.add("household")
    return True

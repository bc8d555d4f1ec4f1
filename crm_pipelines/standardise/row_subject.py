"""Whose record a row is: a person's or an organisation's, and which name and which company it tells.

A row that names a person is that person's record. It is an organisation's record, whatever the mapping declares, when
the field of the person's name holds

1. a company: a legal form, words of business (`body_names`), or an address with 御中;
2. the name of the organisation beside it, unless that reads as a family and a given name (a sole trader under the own
   name) or the mailbox bears it;
3. a desk or a placeholder (総務担当, ご担当者様, 経理部) beside a company;
4. no sure family and given name, where the only mailboxes are shared (info@): a name spelled like their domain (フジミ
   and info@fujimi.co.jp), or one word that no list of names has or that ends as a word of business sounds;
5. a desk and nothing but shared mailboxes: an organisation whose name nobody gave. With a mailbox of one person, or
   with a phone alone, it stays a person's record without a name; with nothing to reach it by, the row tells of nobody.

A company and a person in one cell (株式会社青空 山田太郎) are the person and the company beside the name.
"""

import re
from dataclasses import dataclass

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise import companies, persons
from crm_pipelines.standardise.body_names import ends_like_business, is_body_name
from crm_pipelines.standardise.company_lines import company_by_form, company_by_words, is_role
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.name_split import family_bearers, is_given_name, is_given_reading, kana_family_bearers
from crm_pipelines.standardise.person_marks import is_japanese
from crm_pipelines.standardise.readings import family_keys, given_keys
from crm_pipelines.standardise.remembered import company as _company
from crm_pipelines.standardise.remembered import email_addresses as _emails
from crm_pipelines.standardise.remembered import person as _person
from crm_pipelines.standardise.romaji import meeting_key, unaccented
from crm_pipelines.standardise.row_values import RowTexts
from crm_pipelines.standardise.stop_values import NO_STOP_VALUES, StopValues, unless_stopped
from crm_pipelines.standardise.text import clean_text, is_kana

_UNREADABLE = frozenset({ValueStatus.PLACEHOLDER, ValueStatus.INVALID, ValueStatus.EMPTY})
_SURE_ORDER = frozenset({"dict", "comma", "caps", "columns", "initial"})
_NO_OWN_DOMAIN = frozenset({"free", "carrier", "isp", "disposable", "placeholder"})
_BRACKETED = re.compile(r"^(?P<person>[^()]+?) ?\((?P<company>[^()]{4,})\)$")
_NOT_A_LETTER = re.compile("[^a-z0-9]+")
_SHORTEST_WORD = 2
_FOREIGN_LETTERS = str.maketrans({"q": "k", "v": "b", "x": "kusu"})
_NUMBERED = re.compile("-?[0-9]+$")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose record a row is.

    Attributes:
        is_organisation: the record is an organisation's; else a person's.
        name: the person's name; EMPTY when the row names none.
        organisation: the company of the row as written: the organisation's own name, or the person's employer.
    """

    is_organisation: bool
    name: StandardValue
    organisation: str | None


def subject(texts: RowTexts, declared: str, stops: StopValues = NO_STOP_VALUES) -> Subject:
    """Decide whose record a row is.

    Args:
        texts: the canonical fields as the source wrote them.
        declared: what the mapping says the row is about: person, organisation or auto.
        stops: names that are nobody's in this project.
    """
    written, name = _written_name(texts)
    name = unless_stopped("name", name, stops)
    organisation = texts.one("organisation_name")
    is_company = "organisation" in name.flags
    may_be_both = is_company or "employer" in name.flags or (written is not None and _begins_like_body(written))
    if written and may_be_both and (both := _company_and_person(written)) is not None:
        return Subject(False, both[1], organisation or both[0])
    if is_company:
        return Subject(True, EMPTY, organisation or written)
    if name.std is None or name.status in _UNREADABLE:
        company = organisation if organisation and _company(organisation).status not in _UNREADABLE else None
        return Subject(_is_unnamed_organisation(texts, declared, name, company), name, organisation)
    if declared == "organisation" and organisation is None:
        return Subject(True, EMPTY, written)
    if written and _is_organisations_name(texts, name, written, organisation):
        return Subject(True, EMPTY, organisation or written)
    return Subject(False, name, organisation)


def _written_name(texts: RowTexts) -> tuple[str | None, StandardValue]:
    """The name as written and as read; a company in one of two name columns, the other a dash or a desk, counts."""
    family, given = texts.one("family_name"), texts.one("given_name")
    if not family and not given:
        raw = texts.one("name")
        return raw, EMPTY if raw is None else _person(raw)
    for part in (family, given):
        if part and "organisation" in (read := _person(part)).flags:
            return part, read
    kept = [part for part in (family, given) if part and not is_placeholder(part)]
    if len(kept) == 1:
        whole = texts.one("name")  # the other part may stand there alone
        return (whole, _person(whole)) if whole and not is_placeholder(whole) else (kept[0], _person(kept[0]))
    return " ".join(kept) or None, persons.person_from_parts(family, given)


def _company_and_person(written: str) -> tuple[str, StandardValue] | None:
    """The company and the person of one cell: 株式会社青空 山田太郎, 山田太郎 (株)青空, 新栄デザイン 田中聡美."""
    text = clean_text(written)
    if not is_japanese(text):
        return None
    bracketed = _BRACKETED.match(text)
    if bracketed is not None and companies.has_legal_form(bracketed["company"]):
        company, rest = bracketed["company"], bracketed["person"]
    elif " " in text and (found := company_by_form(text) or company_by_words(text)) is not None:
        company, rest = found.company, found.before if not found.behind else "" if found.before else found.behind
    else:
        return None
    words = [word for word in rest.split(" ") if word and not is_role(word)]
    person = _person(" ".join(words)) if words else EMPTY
    is_one = person.status in (ValueStatus.OK, ValueStatus.REPAIRED) and not {"household", "organisation"} & set(
        person.flags
    )
    return (company, person) if is_one and names_a_person(person) else None


def _begins_like_body(written: str) -> bool:
    first, _, rest = clean_text(written).partition(" ") if " " in written or "\u3000" in written else ("", "", "")
    return bool(rest) and is_japanese(first) and is_body_name(first)


def _is_unnamed_organisation(texts: RowTexts, declared: str, name: StandardValue, organisation: str | None) -> bool:
    if declared == "organisation":
        return True
    if name.std is not None and organisation is not None:
        return True
    if texts.one("name_kana") and organisation is None:
        return False
    if "desk" in name.flags and organisation is None:
        return _has_only_shared_mailboxes(texts)
    if declared == "auto":
        return organisation is not None or texts.one("corporate_number") is not None
    return organisation is not None and not texts.all("email")


def _is_organisations_name(texts: RowTexts, name: StandardValue, written: str, organisation: str | None) -> bool:
    """A name that no company is told by its words, told by what stands beside it."""
    if name.parts.get("order_evidence") == "columns" or name.parts.get("honorific"):
        return False
    if names_a_person(name) and not ends_like_business(clean_text(written)):
        return False
    if organisation is not None:
        return _is_same(written, organisation) and not _bears_the_name(texts, name)
    if not _has_only_shared_mailboxes(texts):
        return False
    return (
        _is_spelled_like_domain(texts, written) or _is_no_persons_word(name) or ends_like_business(clean_text(written))
    )


def names_a_person(name: StandardValue) -> bool:
    """Tell whether a name was read as family and given name on good evidence: lists of names, a comma, capitals."""
    family, given = name.parts.get("family"), name.parts.get("given")
    if not family or not given:
        return False
    if not is_japanese(family + given):
        return name.parts.get("order_evidence") in _SURE_ORDER
    if is_kana(family + given):
        return bool(kana_family_bearers(family) or is_given_reading(given) or kana_family_bearers(given))
    return bool(family_bearers(family)) or is_given_name(given) or name.parts.get("order_evidence") in _SURE_ORDER


def _is_same(name: str, organisation: str) -> bool:
    key = _company(name).key
    return key is not None and key == _company(organisation).key


def _is_no_persons_word(name: StandardValue) -> bool:
    """One Japanese word that no list of names knows."""
    std = name.std or ""
    if " " in std or not is_japanese(std) or name.parts.get("given"):
        return False
    if is_kana(std):
        return not (kana_family_bearers(std) or is_given_reading(std))
    return not (name.parts.get("family") or is_given_name(std))


def _found(texts: RowTexts) -> list[StandardValue]:
    return [value for text in texts.all("email") for value in _emails(text) if value.std is not None]


def _has_only_shared_mailboxes(texts: RowTexts) -> bool:
    found = _found(texts)
    return bool(found) and all("role" in value.flags for value in found)


def _bears_the_name(texts: RowTexts, name: StandardValue) -> bool:
    return any("role" not in value.flags and mailbox_bears(value.std or "", name) for value in _found(texts))


def mailbox_bears(address: str, name: StandardValue) -> bool:
    """Tell whether the local part of a mail address spells the family or the given name: j.smith@ of John Smith."""
    local = meeting_key(_NOT_A_LETTER.sub("", address.lower().rpartition("@")[0]))
    family, given = name.parts.get("family"), name.parts.get("given")
    families, givens = family_keys(family or ""), given_keys(given or "")
    if any(len(key) > _SHORTEST_WORD and key in local for key in (*families, *givens)):
        return True
    return any(one and other and local in (one + other, other + one) for one in families for other in givens)


def _is_spelled_like_domain(texts: RowTexts, written: str) -> bool:
    for value in _found(texts):
        domain = value.parts.get("domain", "")
        if domain and not _NO_OWN_DOMAIN & set(value.flags) and is_spelled_like_domain(written, domain):
            return True
    return False


def is_spelled_like_domain(name: str, domain: str) -> bool:
    """Tell whether a label of a mail domain spells the whole name: フジミ or 富士見 and fujimi.co.jp."""
    labels = {_NUMBERED.sub("", label).replace("-", "") for label in domain.split(".")[:-1]}
    text = clean_text(name)
    if not is_japanese(text):
        return _NOT_A_LETTER.sub("", unaccented(text)) in labels
    core = companies.standardise_company(text).parts.get("core", text).replace(" ", "")
    spelled = {meeting_key(label.translate(_FOREIGN_LETTERS)) for label in labels if len(label) > _SHORTEST_WORD}
    keys = {meeting_key(core)} if is_kana(core) else {*family_keys(core), *map(meeting_key, _company_readings(core))}
    return bool(spelled & keys)


def _company_readings(core: str) -> tuple[str, ...]:
    return companies.company_reading_keys(core)

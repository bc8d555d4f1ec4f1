"""From what somebody typed to looks into the index, by the standardisers that made the keys of the records."""

import re
from collections.abc import Iterator

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.ids import read_golden_id
from crm_pipelines.search.keys import How, KeyKind, NearProbe, Probe, Query
from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.company_keys import company_key
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.readings import family_keys, given_keys
from crm_pipelines.standardise.record_columns import name_part_key
from crm_pipelines.standardise.romaji import fold_big_letters, meeting_key
from crm_pipelines.standardise.stated import stated_columns
from crm_pipelines.standardise.text import clean_text

LONGEST = 120
_LEAST = 2
_LEAST_DIGITS = 4
_LEAST_ADDRESS = 3
_KANJI = re.compile("[㐀-鿿豈-﫿々𠀀-𰀀]")
_NUMBER = re.compile(r"[+0-9０-９()（）\-‐－ー.\s]+")
_ADDRESS = re.compile(r"[a-z0-9._%+-]+(?:@[a-z0-9.-]*)?")
_ID_START = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z-]{0,10}")
_NAME_NEAR_FROM, _READING_NEAR_FROM = 3, 5
_TWO_SLIPS_FROM = 9


def is_enough(text: str) -> bool:
    """Whether something can be looked for: two characters, or one kanji."""
    cleaned = clean_text(text)
    return len(cleaned) >= _LEAST or bool(_KANJI.match(cleaned))


def read_query(typed: str, place: Place) -> Query:
    """Read what somebody typed.

    Args:
        typed: anything; what is too long is cut.
        place: where values are at home that name no country.
    """
    text = clean_text(typed[:LONGEST])
    if not is_enough(text):
        return Query(text, (), ())
    digits = re.sub(r"\D", "", text)
    probes = [*_ids(text), *_addresses(text)]
    if digits and _NUMBER.fullmatch(text):
        return Query(text, _once([*probes, *_phones(text, digits, place.country)]), ())
    if "@" in text:
        return Query(text, _once(probes), ())
    names, sounds = _names(text), _sounds(text)
    probes += [*_whole(text, place), *_parts(names, sounds), *_company(text)]
    return Query(text, _once(probes), tuple(_near(names, sounds)))


def _ids(text: str) -> Iterator[Probe]:
    if (golden_id := read_golden_id(text)) is not None:
        plain = golden_id.replace("-", "")
        yield Probe(KeyKind.GOLDEN_ID, plain, How.GOLDEN_ID)
        yield Probe(KeyKind.FORMER_ID, plain, How.FORMER_ID)
    yield Probe(KeyKind.SOURCE_ID, text.lower(), How.SOURCE_ID)
    if text.isdigit():
        yield Probe(KeyKind.CORPORATE_NUMBER, text, How.CORPORATE_NUMBER)
    if _ID_START.fullmatch(text) and any(character.isdigit() or character == "-" for character in text):
        yield Probe(KeyKind.GOLDEN_ID, text.replace("-", "").upper(), How.ID_START, is_start=True)


def _addresses(text: str) -> Iterator[Probe]:
    if "@" in text:
        for value in remembered.email_addresses(text):
            yield from (Probe(KeyKind.EMAIL, key, How.EMAIL) for key in value.keys[:1])
    lower = text.lower()
    if len(lower) >= _LEAST_ADDRESS and _ADDRESS.fullmatch(lower):
        yield Probe(KeyKind.EMAIL, lower, How.EMAIL_START, is_start=True)


def _phones(text: str, digits: str, country: str) -> Iterator[Probe]:
    for value in remembered.phone_numbers(text, country):
        yield from (Probe(KeyKind.PHONE, key, How.PHONE) for key in value.keys[:1])
    if len(digits) < _LEAST_DIGITS:
        return
    if text.lstrip().startswith("+"):
        yield Probe(KeyKind.PHONE, f"+{digits}", How.PHONE_START, is_start=True)
    elif digits.startswith("0") and country == "JP":
        yield Probe(KeyKind.PHONE, f"+81{digits[1:]}", How.PHONE_START, is_start=True)
    yield Probe(KeyKind.PHONE_END, digits[::-1], How.PHONE_END, is_start=True)


def _names(text: str) -> list[str]:
    """The keys that a name typed so would have, as far as it is typed."""
    folded = name_part_key(text)
    return [folded] if folded else []


def _sounds(text: str) -> list[str]:
    """How the text sounds, when that can be read off it; words in both orders."""
    if _KANJI.search(text):
        return []
    words = [sound for word in text.split() if (sound := meeting_key(word))]
    orders = (words, words[::-1]) if len(words) == _LEAST else (words,)
    return list(dict.fromkeys(fold_big_letters("".join(order)) for order in orders if order))


def _whole(text: str, place: Place) -> Iterator[Probe]:
    """The text as a whole name of a person, and of an organisation."""
    person = stated_columns({"name": text}, CustomerType.PERSON, place)
    company = stated_columns({"organisation_name": text}, CustomerType.ORGANISATION, place)
    for key in (person.get("name_key"), company.get("organisation_name_key")):
        if key:
            yield Probe(KeyKind.NAME, key, How.NAME)
    for key in person.get("reading_keys") or ():
        yield Probe(KeyKind.READING, key, How.READING)
    for key in company.get("reading_keys") or ():
        if sound := meeting_key(key):
            yield Probe(KeyKind.READING, sound, How.COMPANY_READING)
    family, given = person.get("family_name"), person.get("given_name")
    if family and not given:
        for key in family_keys(family):
            yield Probe(KeyKind.READING, key, How.READING_START, is_start=True)
    if not family and (given or _KANJI.search(text)):
        for key in given_keys(given or text):
            yield Probe(KeyKind.READING_END, key[::-1], How.READING_END, is_start=True)


def _parts(names: list[str], sounds: list[str]) -> Iterator[Probe]:
    for key in names:
        yield Probe(KeyKind.NAME, key, How.NAME)
        yield Probe(KeyKind.NAME, key, How.NAME_START, is_start=True)
        yield Probe(KeyKind.NAME_END, key[::-1], How.NAME_END, is_start=True)
    for key in sounds:
        yield Probe(KeyKind.READING, key, How.READING)
        yield Probe(KeyKind.READING, key, How.READING_START, is_start=True)
        if len(key) > _LEAST:
            yield Probe(KeyKind.READING_END, key[::-1], How.READING_END, is_start=True)


def _company(text: str) -> Iterator[Probe]:
    key = company_key(text)
    if len(key) < _LEAST:
        return
    yield Probe(KeyKind.NAME, key, How.NAME_START, is_start=True)
    yield Probe(KeyKind.NAME_INSIDE, key, How.NAME_INSIDE, is_start=True)
    core = remembered.company(text).key
    if core:
        yield Probe(KeyKind.NAME, core, How.NAME)
        yield Probe(KeyKind.COMPANY, core, How.COMPANY)
    yield Probe(KeyKind.COMPANY, key, How.COMPANY_START, is_start=True)


def _near(names: list[str], sounds: list[str]) -> Iterator[NearProbe]:
    for key in names:
        if len(key) >= _NAME_NEAR_FROM:
            yield NearProbe(KeyKind.NAME, KeyKind.NAME_END, key, How.NAME_NEAR, _slips(key))
    for key in sounds:
        if len(key) >= _READING_NEAR_FROM:
            yield NearProbe(KeyKind.READING, KeyKind.READING_END, key, How.READING_NEAR, _slips(key))


def _slips(key: str) -> int:
    return 2 if len(key) >= _TWO_SLIPS_FROM else 1


def _once(probes: list[Probe]) -> tuple[Probe, ...]:
    """Each look once, the surest first."""
    return tuple(sorted(dict.fromkeys(probes), key=lambda probe: probe.how))

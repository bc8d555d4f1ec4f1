"""Read Taiwanese addresses in Latin letters: 5F.-1, No. 3, Ln. 216, Sec. 4, Zhongxiao E. Rd., Taipei."""

import re

from crm_pipelines.standardise.address_abroad_parts import AbroadParts, house_number
from crm_pipelines.standardise.address_units import take_units
from crm_pipelines.standardise.foreign_postal_codes import read_foreign_postal_code

_NUMBER = re.compile(r"\bNo\. ?(?P<number>[0-9]{1,4}(?:-[0-9]{1,3})?)", re.IGNORECASE)
_STREET = re.compile(r"(?:Rd|Road|St|Street|Blvd|Boulevard|Ave|Avenue)\.?", re.IGNORECASE)
_SECTION = re.compile(r"(?:Sec|Section)\.? ?[0-9]+", re.IGNORECASE)
_LANE = re.compile(r"(?:Ln|Lane)\.? ?[0-9]+", re.IGNORECASE)
_ALLEY = re.compile(r"(?:Aly|Alley)\.? ?[0-9]+", re.IGNORECASE)
_CODE = re.compile("[0-9]{3,6}")
_CITY = re.compile(r"(?P<city>[^\d,]+?(?: City| County)?)[ ,]*(?P<code>[0-9]{3,6})?", re.IGNORECASE)


def is_taiwan_latin(text: str) -> bool:
    """Tell whether an address has a house number as Taiwan writes it in Latin letters (No. 45)."""
    return bool(_NUMBER.search(text))


def read_taiwan_latin(text: str) -> AbroadParts:
    """Read one line without its country."""
    parts = AbroadParts("TW")
    segments = [segment.strip() for segment in text.split(",") if segment.strip()]
    if number := _NUMBER.search(text):
        parts.number = house_number(number["number"])
    roads = [segment for segment in segments if _STREET.search(segment) and _STREET.fullmatch(segment.split()[-1])]
    pieces = [next((one for one in segments if form.fullmatch(one)), "") for form in (_SECTION, _LANE, _ALLEY)]
    if roads:
        parts.street = ", ".join(piece for piece in (pieces[0], roads[0], pieces[1], pieces[2]) if piece)
    if len(segments) > 1 and _CODE.fullmatch(segments[-1]):  # Taipei, 10617
        segments[-2:] = [f"{segments[-2]} {segments[-1]}"]
    if segments and (city := _CITY.fullmatch(segments[-1])):
        parts.city = city["city"].strip()
        parts.postal = read_foreign_postal_code(city["code"], "TW") if city["code"] else None
    take_units(segments[: 1 if len(segments) > 1 else 0], parts)
    return parts

"""A business partner of SAP as a row: as the service said it, and beside that what lies several lists deep.

A mapping reads through one list, not through lists of lists, so a row also shows `emails`, `phones`, `faxes` and
`websites` (each text once, the default ones first), `address` (the standard one), `tax_numbers` by type, `flags` (the
names of what is switched on), `company_1` to `company_3` (whose contact person somebody is today), and `changed_at` and
`created_at`, each of which SAP keeps as a day and a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from connectors.kit.json_rows import json_kind
from connectors.kit.odata_v2 import plain
from connectors.kit.rows import MAX_RAW, Place, checked, faulty, key_text, raw_json
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

KEY = "BusinessPartner"
MOST_COMPANIES = 3
_FLAGS = ("BusinessPartnerIsBlocked", "IsMarkedForArchiving")
_STANDARD = "XXDEFAULT"
Entity = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a row needs beside its business partner.

    Attributes:
        timezone: of SAP's days and times.
        today: by SAP's own clock; None where it does not tell, and every address and every contact counts as valid.
        contacts: key of a person to its entries in A_BusinessPartnerContact, verbatim.
    """

    timezone: ZoneInfo
    today: date | None
    contacts: Mapping[str, Sequence[JsonValue]]


def partner_row(value: JsonValue, place: Place, around: Surroundings) -> DeliveredRow:
    """One entity of A_BusinessPartner (key: its number)."""
    if not isinstance(value, dict):
        fault = place.fault("row.not_an_object", found=json_kind(value), expected="object")
        raw = value[:MAX_RAW] if isinstance(value, str) else str(value)
        return faulty(place, fault, raw, stream="partners")
    key = key_text([value.get(KEY)])
    if key is None:
        return faulty(place, place.fault("row.missing_key", field=KEY), raw_json(value), stream="partners")
    data = _flat(value, around, key)
    return checked(DeliveredRow(key, data, place.position, "partners"), place)


def changed_on(row: DeliveredRow) -> JsonValue:
    """The day of a row's last change, or of its creation where it never changed; None of a row that says neither."""
    return row.data.get("LastChangeDate") or row.data.get("CreationDate")


def _flat(value: Entity, around: Surroundings, key: str) -> dict[str, JsonValue]:
    data = _object(plain(dict(value)))
    addresses = _objects(data.get("to_BusinessPartnerAddress"))
    contacts = [_object(plain(each)) for each in around.contacts.get(key, ())]
    current = [each for each in contacts if _is_valid(each, around.today)]
    places = [*addresses, *(address for each in current for address in _objects(each.get("to_ContactAddress")))]
    companies = list(dict.fromkeys(str(each.get("BusinessPartnerCompany") or "") for each in _standard_first(current)))
    named = [company for company in companies if company and company != key]
    flat: dict[str, JsonValue] = {
        "emails": list[JsonValue](_texts(places, "to_EmailAddress", "IsDefaultEmailAddress", ("EmailAddress",))),
        "phones": list[JsonValue](
            dict.fromkeys([*_phones(places, "to_PhoneNumber"), *_phones(places, "to_MobilePhoneNumber")])
        ),
        "faxes": list[JsonValue](
            _texts(places, "to_FaxNumber", "IsDefaultFaxNumber", ("InternationalFaxNumber", "FaxNumber"))
        ),
        "websites": list[JsonValue](_texts(places, "to_URLAddress", "IsDefaultURLAddress", ("WebsiteURL",))),
        "address": _standard_address([each for each in addresses if _is_valid(each, around.today)]),
        "tax_numbers": _tax_numbers(_objects(data.get("to_BusinessPartnerTax"))),
        "flags": [name for name in _FLAGS if data.get(name) is True],
        "contacts": list[JsonValue](contacts),
        "changed_at": _moment(data, "LastChange", around.timezone),
        "created_at": _moment(data, "Creation", around.timezone),
    }
    for number in range(MOST_COMPANIES):
        flat[f"company_{number + 1}"] = named[number] if number < len(named) else None
    return {**data, **flat}


def _phones(places: Sequence[Entity], link: str) -> list[str]:
    return _texts(places, link, "IsDefaultPhoneNumber", ("InternationalPhoneNumber", "PhoneNumber"))


def _texts(places: Sequence[Entity], link: str, default: str, fields: tuple[str, ...]) -> list[str]:
    """Each text once, those marked as default first."""
    entries = [entry for place in places for entry in _objects(place.get(link))]
    entries.sort(key=lambda entry: entry.get(default) is not True)
    found = (next((text for field in fields if (text := entry.get(field))), None) for entry in entries)
    return list(dict.fromkeys(text for text in found if isinstance(text, str)))


def _standard_address(addresses: Sequence[Entity]) -> dict[str, JsonValue]:
    """The address with the usage of the standard one, else the first; without the lists below it."""
    standard = (each for each in addresses if _STANDARD in _usages(each))
    chosen = next(standard, addresses[0] if addresses else {})
    return {name: value for name, value in chosen.items() if not name.startswith("to_")}


def _usages(address: Entity) -> Iterator[JsonValue]:
    return (usage.get("AddressUsage") for usage in _objects(address.get("to_AddressUsage")))


def _standard_first(contacts: Sequence[Entity]) -> list[Entity]:
    return sorted(
        contacts,
        key=lambda each: (each.get("IsStandardRelationship") is not True, str(each.get("BusinessPartnerCompany"))),
    )


def _tax_numbers(taxes: Sequence[Entity]) -> dict[str, JsonValue]:
    return {
        str(each["BPTaxType"]): each.get("BPTaxLongNumber") or each.get("BPTaxNumber")
        for each in taxes
        if each.get("BPTaxType")
    }


def _is_valid(entry: Entity, today: date | None) -> bool:
    """Whether today lies within an entry's validity; ends that are missing or unreadable do not limit it."""
    if today is None:
        return True
    begin, end = _day(entry.get("ValidityStartDate")), _day(entry.get("ValidityEndDate"))
    return (begin is None or begin <= today) and (end is None or today <= end)


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(data: Entity, prefix: str, timezone: ZoneInfo) -> str | None:
    """A day and a time of two fields as one moment with its offset; midnight where there is no time."""
    day, clock = _day(data.get(f"{prefix}Date")), data.get(f"{prefix}Time")
    if day is None:
        return None
    try:
        at = time.fromisoformat(clock) if isinstance(clock, str) else time.min
    except ValueError:
        at = time.min
    return datetime.combine(day, at, timezone).isoformat()


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

"""The columns of one standardised record, from the texts of a row.

Each function fills the columns of one or a few canonical fields and notes the rules that fired.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise import company_readings, foreign_sounds, latin_keys, readings, remembered
from crm_pipelines.standardise.date_orders import is_day_first
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.row_values import RowTexts
from crm_pipelines.standardise.stop_values import NO_STOP_VALUES, StopValues, unless_stopped
from crm_pipelines.standardise.text import clean_text

_CACHED_PARTS = 100_000
_GENDERS = {
    "男": "male",
    "男性": "male",
    "m": "male",
    "male": "male",
    "女": "female",
    "女性": "female",
    "f": "female",
    "female": "female",
}
# Fields that are shown as one text; a change beyond the clean-up has a rule of its own.
_SHOWN_CLEANED = (
    "name", "name_kana", "former_name", "organisation_name", "organisation_name_kana", "address", "website",
    "department", "job_title", "language", "free_text", "external_ids",
)  # fmt: skip
_NO_OWN_DOMAIN = frozenset({"free", "carrier", "isp", "disposable", "placeholder"})
_NO_EVIDENCE = frozenset({"representative", "shared", "repeated", "sequential"})

Columns = dict[str, Any]


class RecordColumns:
    """Fills the columns of one record; `columns` and `rules` grow."""

    def __init__(self, texts: RowTexts, *, country: str, timezone: str, stops: StopValues = NO_STOP_VALUES) -> None:
        self.texts = texts
        self.columns: Columns = {}
        self.rules: dict[str, list[str]] = {}
        self._country = country
        self._own_country = remembered.country_code(texts.one("country")) or country
        self._timezone = timezone
        self._stops = stops

    def put(self, field: str, value: StandardValue, *, keyed: bool = True) -> StandardValue:
        """Store one value under its field."""
        self.columns[field] = value.std
        self.columns[f"{field}_status"] = value.status.value
        if keyed:
            self.columns[f"{field}_key"] = value.key
        if value.rules:
            self.rules[field] = list(value.rules)
        return value

    def _unless_stopped(self, field: str, value: StandardValue) -> StandardValue:
        return self.put(field, unless_stopped(field, value, self._stops))

    def all_rules(self) -> dict[str, list[str]]:
        """The rules of every field, also where nothing but the clean-up of every text changed what the source wrote."""
        cleaned = {
            field: ["text.cleaned"] for field in _SHOWN_CLEANED if field not in self.rules and self._is_cleaned(field)
        }
        return {**self.rules, **cleaned}

    def _is_cleaned(self, field: str) -> bool:
        if (shown := self.columns.get(field)) is None:
            return False
        raw = self.texts.one(field)
        if field == "address" and raw is not None and (building := self.texts.one("building")):
            raw = f"{raw} {building}"
        return raw is not None and shown != raw

    def person_name(self, name: StandardValue, given: str | None = None) -> None:
        """The name columns of a person; `given` replaces the given name (another member of a household cell)."""
        self.put("name", name)
        family, own_given = name.parts.get("family"), given or name.parts.get("given")
        self.columns |= {
            "family_name": family,
            "given_name": own_given,
            "family_name_status": _status_of(family, name),
            "given_name_status": _status_of(own_given, name),
            "family_name_key": name_part_key(family),
            "given_name_key": name_part_key(own_given),
        }
        if given is not None:
            self.columns["name"] = " ".join(part for part in (family, given) if part)
            self.columns["name_key"] = "".join(name_part_key(part) or "" for part in (family, given))
        if former := name.parts.get("former_name") or self.texts.one("former_name"):
            self.put("former_name", StandardValue(clean_text(former), (name_part_key(former) or "",)))
        self._readings(name, own_given, is_other_member=given is not None)

    def _readings(self, name: StandardValue, given: str | None, *, is_other_member: bool) -> None:
        kana_text = None if is_other_member else self._kana_of_person()
        family = name.parts.get("family")
        if name.status in (ValueStatus.PLACEHOLDER, ValueStatus.INVALID):
            family = given = None
        own = remembered.kana(kana_text) if kana_text else None
        if own is not None:
            self.put("name_kana", own)
        kana_std = own.std if own is not None and own.keys else None
        parts = kana_std.split(" ", 1) if kana_std and " " in kana_std else []
        latin = name.std if name.std and name.std.isascii() and not (family and given) else None
        keys = (*remembered.reading_keys(family, given, kana_std, latin), *_other_latin_keys(family, given, name))
        self.columns["reading_keys"] = list(dict.fromkeys(keys))[: readings.MAX_KEYS]
        self.columns["sound_keys"] = list(foreign_sounds.sound_keys(family, given))
        self.columns["family_reading_keys"] = list(readings.family_keys(parts[0] if parts else family or ""))
        self.columns["given_reading_keys"] = list(readings.given_keys(parts[1] if parts else given or ""))
        if parts:
            self.columns |= {"family_name_kana": parts[0], "given_name_kana": parts[1]}
        initial = (given or "").replace(".", "")
        self.columns["is_given_initial_only"] = len(initial) == 1 and initial.isascii() and initial.isalpha()
        sounded = self.columns["given_reading_keys"]
        self.columns["given_initial"] = (
            initial.lower() if self.columns["is_given_initial_only"] else (sounded[0][:1] if sounded else None)
        )

    def _kana_of_person(self) -> str | None:
        parts = [self.texts.one("family_name_kana"), self.texts.one("given_name_kana")]
        return " ".join(part for part in parts if part) or self.texts.one("name_kana")

    def organisation(self, raw: str | None, kana_text: str | None, *, is_the_customer: bool) -> None:
        """The name columns of an organisation; of a person's company only the name, which is weak evidence."""
        value = self._unless_stopped("organisation_name", remembered.company(raw)) if raw else None
        sound = self.put("organisation_name_kana", remembered.kana(kana_text)) if kana_text else None
        if not is_the_customer:
            return
        core = value.parts.get("core") if value is not None and value.keys else None
        self.columns |= {
            "legal_form": value.parts.get("legal_form") if value else None,
            "legal_position": value.parts.get("legal_position") if value else None,
            "branch": value.parts.get("branch") if value else None,
            "reading_keys": list(company_readings.company_reading_keys(core or "", sound.std if sound else None))
            if core or sound
            else [],
        }
        if value is not None and self.columns.get("department") is None:
            self.columns["department"] = value.parts.get("department")

    def corporate_number(self) -> None:
        """The number a public register gave; an individual number typed there is refused and not kept.

        Only Japanese corporate numbers are keys: two of them that differ are two legal entities, while a company may
        well be known by its LEI here and by its VAT number there.
        """
        raw = self.texts.one("corporate_number")
        if raw is None:
            return
        value = remembered.identifier(raw, None, None if self._country == "JP" else self._country)
        if value.key is not None and ":" in value.key:
            value = replace(value, keys=())
        self._unless_stopped("corporate_number", value)

    def contact_points(self) -> None:
        """E-mails and phones, with those that are shared kept apart."""
        found = [value for text in self.texts.all("email") for value in remembered.email_addresses(text)]
        self._listed("email", found, lambda value: "role" in value.flags)
        domains = [value.parts.get("domain") for value in found if value.keys and not _NO_OWN_DOMAIN & set(value.flags)]
        self.columns["email_domain_key"] = next((domain for domain in domains if domain), None)
        numbers = [value for text in self.texts.all("phone") for value in self._numbers(text)]
        self._listed("phone", [value for value in numbers if "fax" not in value.flags],
                     lambda value: bool(_NO_EVIDENCE & set(value.flags)))  # fmt: skip
        if fax := self.texts.one("fax"):
            self.put("fax", self._numbers(fax)[0], keyed=False)

    def _numbers(self, text: str) -> tuple[StandardValue, ...]:
        """Phone numbers as they are dialled in the row's country, or else in the source's."""
        numbers = remembered.phone_numbers(text, self._own_country)
        if self._own_country == self._country or any(value.std is not None for value in numbers):
            return numbers
        return remembered.phone_numbers(text, self._country)

    def _listed(self, field: str, values: list[StandardValue], is_shared: Any) -> None:  # a predicate
        if not values:
            return
        usable = [value for value in values if value.std is not None]
        first = usable[0] if usable else values[0]
        self.put(field, first, keyed=False)
        self.columns[f"{field}_values"] = list(dict.fromkeys(value.std for value in usable))
        keys = {True: [], False: []}  # type: dict[bool, list[str]]
        for value in usable:
            keys[is_shared(value)] += value.keys[:1]
        self.columns[f"{field}_keys"] = list(dict.fromkeys(keys[False]))
        self.columns[f"shared_{field}_keys"] = list(dict.fromkeys(keys[True]))

    def address(self) -> None:
        """Address and postal code, as one thing: each helps to read the other."""
        raw, postal_raw = self.texts.one("address"), self.texts.one("postal_code")
        country = self._own_country
        if self.texts.one("country"):
            self.put("country", StandardValue(country), keyed=False)
        postal = self.put("postal_code", remembered.postal_code(postal_raw, country)) if postal_raw else None
        building = self.texts.one("building")
        if raw is None:
            self.columns["building"] = building
            return
        whole = f"{raw} {building}" if building else raw
        value = self.put("address", remembered.address(whole, postal.std if postal else None, country))
        parts = value.parts
        if parts.get("country") and not self.texts.one("country"):
            self.put("country", StandardValue(parts["country"]), keyed=False)
        self.columns["address_key"] = value.keys[-1] if value.keys else None  # without the room, which stands apart
        if postal is None and parts.get("postal_code"):
            self.put("postal_code", remembered.postal_code(parts["postal_code"], parts.get("country") or country))
        self.columns |= {
            "building": parts.get("building") or building,
            "prefecture": parts.get("prefecture"),
            "city": parts.get("city"),
            "town": parts.get("town"),
            "address_number": parts.get("number"),
            "address_room": parts.get("key_room") or parts.get("room"),
            "city_key": parts.get("key_city") or parts.get("jis_code"),
            "town_key": parts.get("key_town"),
        }
        code, number = self.columns.get("postal_code_key"), parts.get("key_number") or parts.get("number")
        self.columns["postal_number_key"] = f"{code}-{number}" if code and number else None

    def rest(self) -> None:
        """Birth date, gender, website, times and the fields kept as they are."""
        if raw := self.texts.one("birth_date"):
            self._unless_stopped("birth_date", remembered.date(raw, is_day_first(self._own_country)))
        if raw := self.texts.one("gender"):
            self.columns["gender"] = _GENDERS.get(clean_text(raw).lower(), clean_text(raw))
            self.columns["gender_status"] = ValueStatus.OK.value
        if raw := self.texts.one("website"):
            self.put("website", remembered.website(raw))
        for field in ("department", "job_title", "language", "free_text", "external_ids"):
            raw = self.texts.one(field)
            self.columns[field] = clean_text(raw) or None if raw else None
        self.columns["tags"] = [clean_text(tag) for tag in self.texts.all("tags")] or None
        for field in ("updated_at", "created_at"):
            raw = self.texts.one(field)
            self.columns[field] = remembered.timestamp(raw, self._timezone) if raw else None

    def is_identified(self) -> bool:
        """Whether anything is left to tell a customer by."""
        keyed = (
            "name_key",
            "name_kana_key",
            "organisation_name_key",
            "organisation_name_kana_key",
            "corporate_number_key",
        )
        listed = ("email_keys", "phone_keys", "shared_email_keys", "shared_phone_keys")
        return any(self.columns.get(column) for column in (*keyed, *listed))


@lru_cache(_CACHED_PARTS)
def name_part_key(part: str | None) -> str | None:
    """The key of one part of a name: glyphs folded, accents and case gone, no spaces."""
    if not part:
        return None
    return unaccented(fold_kanji(clean_text(part))).casefold().replace(" ", "").replace(".", "") or None


def _other_latin_keys(family: str | None, given: str | None, name: StandardValue) -> tuple[str, ...]:
    """Keys of a Latin name by the nickname it tells of, and by the middle name many are called by."""
    alias, middle = name.parts.get("alias"), name.parts.get("middle")
    if not (family and given and family.isascii() and given.isascii()) or not (alias or middle):
        return ()
    by_alias = latin_keys.latin_reading_keys(family, given, alias) if alias else ()
    return by_alias + (latin_keys.latin_reading_keys(family, f"{given} {middle}") if middle else ())


def _status_of(part: str | None, name: StandardValue) -> str:
    return name.status.value if part else ValueStatus.EMPTY.value


_MATCHING_COLUMNS = (
    "customer_type", "name_key", "family_name_key", "given_name_key", "name_kana_key", "former_name_key", "gender",
    "birth_date_key", "organisation_name_key", "organisation_name_kana_key", "corporate_number_key", "email_keys",
    "phone_keys", "shared_email_keys", "shared_phone_keys", "website_key", "postal_code_key", "address_key",
    "address_room", "city_key", "town_key", "postal_number_key", "reading_keys", "family_reading_keys",
    "given_reading_keys", "sound_keys", "given_initial", "is_given_initial_only", "legal_form", "legal_position",
    "email_domain_key", "country",
)  # fmt: skip


_written = json.JSONEncoder(ensure_ascii=False).encode


def content_hash(columns: Mapping[str, Any]) -> int:
    """64 bits over everything that matching reads: records of equal content score equally."""
    text = _written([columns.get(name) for name in _MATCHING_COLUMNS])
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())

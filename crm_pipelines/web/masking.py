"""What somebody sees of a value: all, part of it, or nothing.

One place decides it for every page: a view asks its visitor's `Sight` before it shows what a source said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from crm_pipelines.model.enums import Role
from crm_pipelines.rules.access import AccessRules, MaskedField

HIDDEN = "＊＊＊"
"""Stands for a value of a source that somebody may not see."""
_KNOWN = frozenset(get_args(MaskedField))
# a field or comparison of the pipeline -> the field of the rules that speaks of it
_FIELD_OF: Mapping[str, str] = {
    "name_kana": "name",
    "given_name": "name",
    "family_name": "name",
    "given_name_kana": "name",
    "family_name_kana": "name",
    "former_name": "name",
    "fax": "phone",
    "city": "address",
    "postal_code": "address",
    "building": "address",
    "organisation_name": "company",
    "organisation_name_kana": "company",
    "external_ids": "identifier",
}
_SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class Sight:
    """What one role sees.

    Attributes:
        masked: fields of which it sees a part.
        hidden: sources of which it sees nothing.
    """

    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def is_partial(self) -> bool:
        """Whether anything is kept from it."""
        return bool(self.masked or self.hidden)

    def sees_source(self, source: str) -> bool:
        """Whether anything that a source says is shown."""
        return source not in self.hidden

    def is_masked(self, field: str) -> bool:
        """Whether only a part of a field is shown."""
        return _FIELD_OF.get(field, field) in self.masked

    def value(self, field: str, text: str, source: str | None = None) -> str:
        """A value as it is shown.

        Args:
            field: of the pipeline, or a comparison.
            text: empty stays empty; several stand with ` / ` between them.
            source: who says so; None: nobody in particular.
        """
        if not text:
            return text
        if source is not None and source in self.hidden:
            return HIDDEN
        kind = _FIELD_OF.get(field, field)
        if kind not in self.masked:
            return text
        return _SEPARATOR.join(_masked(kind, part) for part in text.split(_SEPARATOR))

    def record(self, record_id: str) -> str:
        """The name of a record as it is shown: the key of its source may be a number by which others know somebody."""
        system, colon, key = record_id.partition(":")
        if not colon:
            return record_id
        if system in self.hidden:
            return f"{system}:{HIDDEN}"
        return f"{system}:{_masked('identifier', key)}" if "identifier" in self.masked else record_id


def sight_of(role: Role, rules: AccessRules) -> Sight:
    """What a role sees by a project's rules."""
    hidden = frozenset(source for source, roles in rules.sources.items() if role not in roles)
    return Sight(frozenset(rules.masked.get(role, ())) & _KNOWN, hidden)


def _masked(kind: str, text: str) -> str:
    if kind == "email":
        local, at, domain = text.partition("@")
        return f"{local[:1]}***{at}{domain}" if at else "***"
    if kind == "phone":
        return _phone(text)
    if kind == "birth_date":
        return re.sub(r"\d", "*", text[4:]).join((text[:4], "")) if re.match(r"\d{4}", text) else "***"
    if kind == "address":
        return f"{text[:3]}***" if len(text) > 6 else "***"
    return f"{text[:1]}***" if len(text) > 1 else "***"


def _phone(text: str) -> str:
    """The first three and the last four digits; of a short number the last two."""
    places = [place for place, character in enumerate(text) if character.isdigit()]
    kept = {*places[:3], *places[-4:]} if len(places) >= 9 else set(places[-2:])
    return "".join("*" if place in places and place not in kept else one for place, one in enumerate(text))

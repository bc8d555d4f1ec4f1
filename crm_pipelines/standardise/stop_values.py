"""Placeholders that no list knows: values that a project's own data showed to be nobody's, frozen in its model version.

A web form fills in the same name for everybody, an ERP the day before its first year, a clerk the own company's number.
Which values these are is learned elsewhere and handed in; here they lose their keys and become placeholders.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue

StopValues: TypeAlias = Mapping[str, frozenset[str]]
"""Canonical field -> the keys that are nobody's: name, organisation_name, corporate_number, birth_date."""

NO_STOP_VALUES: StopValues = {}
LEARNED = "junk.learned"


def unless_stopped(field: str, value: StandardValue, stops: StopValues) -> StandardValue:
    """The value, or the same as a placeholder without a key where its key is a stop value."""
    if value.key is None or value.key not in stops.get(field, ()):
        return value
    return replace(value, keys=(), status=ValueStatus.PLACEHOLDER, rules=(*value.rules, LEARNED))

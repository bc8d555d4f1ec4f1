"""The short notation of the case tables for the contact fields: one line per expected outcome."""

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.emails import standardise_email
from crm_pipelines.standardise.identifiers import standardise_corporate_number
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.postal_codes import standardise_postal_code

CONTACT_FIELDS = ("address", "postal", "phone", "email", "date", "id")
_ADDRESS_PARTS = ("prefecture", "city", "town", "koaza", "number", "building")
_FLAG_ORDER = ("rfc_violation", "typo", "placeholder", "role", "disposable", "carrier", "isp", "free")


def in_case_notation(field: str, raw: str) -> str:
    """Standardise a raw value and write the outcome as the case tables do.

    Args:
        field: one of CONTACT_FIELDS.
        raw: the value as received.

    Returns:
        address: prefecture|city|town|koaza|number|building|room; postal: the key; phone: std|type|extension of the
        first number; email: std|key|flags; date: std, then precision and flags; id: std. `|INVALID`, `|placeholder`,
        `|CHECK_DIGIT`, `|INVALID_FORMAT` where there is no value.

    Raises:
        KeyError: the field is none of CONTACT_FIELDS.
    """
    return _NOTATIONS[field](raw)


def _address(raw: str) -> str:
    parts = standardise_address(raw).parts
    room = parts.get("room") or parts.get("floor", "")
    return "|".join([*(parts.get(name, "") for name in _ADDRESS_PARTS), room])


def _postal(raw: str) -> str:
    return standardise_postal_code(raw).key or ""


def _phone(raw: str) -> str:
    first = standardise_phones(raw)[0]
    if first.std is None:
        return "|INVALID|"
    return f"{first.std}|{first.parts['type']}|{first.parts.get('extension', '')}"


def _email(raw: str) -> str:
    value = standardise_email(raw)
    if value.std is None:
        return "|INVALID|"
    flags = sorted(value.flags, key=lambda flag: _FLAG_ORDER.index(flag.partition(":")[0]))
    return f"{value.std}|{value.key or value.std}|{','.join(flags)}"


def _date(raw: str) -> str:
    value = standardise_date(raw)
    if value.status is ValueStatus.PLACEHOLDER:
        return "|placeholder"
    if value.std is None:
        return "|INVALID"
    precision = value.parts["precision"]
    return "|".join((value.std, *((precision,) if precision != "day" else ()), *value.flags))


def _identifier(raw: str) -> str:
    value = standardise_corporate_number(raw)
    if value.std is not None:
        return value.std
    return "|CHECK_DIGIT" if "identifier.check_digit" in value.rules else "|INVALID_FORMAT"


_NOTATIONS = {
    "address": _address, "postal": _postal, "phone": _phone, "email": _email, "date": _date, "id": _identifier,
}  # fmt: skip

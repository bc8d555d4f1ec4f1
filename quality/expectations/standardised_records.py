"""`standardised_records`: one row per observation. A value that is no evidence must not carry a key."""

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.fields import FIELD_KINDS, FieldKind
from quality.expectations.checked_table import CheckedTable

_NO_EVIDENCE = ", ".join(f"'{status}'" for status in (ValueStatus.INVALID, ValueStatus.PLACEHOLDER, ValueStatus.EMPTY))


# Keyed fields only: the status of a listed field is that of its first value, and a later one may well be evidence.
_KEY_OF_NO_EVIDENCE = " or ".join(
    f"({field}_status in ({_NO_EVIDENCE}) and {field}_key is not null)"
    for field, kind in FIELD_KINDS.items()
    if kind is FieldKind.KEYED
)

TABLE = CheckedTable(
    name="standardised_records",
    key=("record_id",),
    scope={"record_id": ("record_id",)},
    queries={
        "key_of_no_evidence": f"select record_id from {{rows}} as checked where {_KEY_OF_NO_EVIDENCE}",  # noqa: S608
        # Ids are `system:key`; an id of another system would join records of strangers.
        "id_of_another_system": """
            select record_id from {rows} as checked
            where not starts_with(record_id, source_system || ':')
               or not starts_with(source_record_id, source_system || ':')
        """,
    },
)

"""Columns that more than one room uses: table -> column -> DuckDB type. The order is the order in the table.

Every table also carries `run_id` (the run that wrote the row) where `docs/tables.md` says so; integer `record_key` and
`pair` columns are internal to the warehouse and never leave it.
"""

from crm_pipelines.model.fields import FIELD_KINDS, FieldKind

type_of_field = {
    "updated_at": "TIMESTAMPTZ",
    "created_at": "TIMESTAMPTZ",
    "tags": "VARCHAR[]",
}


def _field_columns() -> dict[str, str]:
    columns: dict[str, str] = {}
    for name, kind in FIELD_KINDS.items():
        columns[name] = type_of_field.get(name, "VARCHAR")
        if kind is not FieldKind.BARE:
            columns[f"{name}_status"] = "VARCHAR"
        if kind is FieldKind.KEYED:
            columns[f"{name}_key"] = "VARCHAR"
        if kind is FieldKind.LISTED:
            columns[f"{name}_values"] = "VARCHAR[]"
            columns[f"{name}_keys"] = "VARCHAR[]"
    return columns


STANDARDISED_RECORDS: dict[str, str] = {
    "record_id": "VARCHAR",
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "observation": "VARCHAR",
    "customer_type": "VARCHAR",
    **_field_columns(),
    # person names: candidate sets in one key alphabet; family and given apart, so that "family equal, given
    # disjoint" can be seen; `reading_keys` is of the whole name (persons) or of the core name (organisations)
    "reading_keys": "VARCHAR[]",
    "family_reading_keys": "VARCHAR[]",
    "given_reading_keys": "VARCHAR[]",
    "sound_keys": "VARCHAR[]",  # of a foreign name: its consonants, between Latin letters and katakana
    "given_initial": "VARCHAR",  # first letter of the given name in the key alphabet
    "is_given_initial_only": "BOOLEAN",  # the source wrote an initial: "T. Sato"
    # organisation name
    "legal_form": "VARCHAR",
    "legal_position": "VARCHAR",
    "branch": "VARCHAR",
    # address parts; address_key = area + town + number; the room apart, so that neighbours and housemates differ
    "prefecture": "VARCHAR",
    "city": "VARCHAR",
    "town": "VARCHAR",
    "address_number": "VARCHAR",
    "address_room": "VARCHAR",
    "city_key": "VARCHAR",
    "town_key": "VARCHAR",
    "postal_number_key": "VARCHAR",
    # contact points
    "email_domain_key": "VARCHAR",  # of an organisation's own domain; null for free, carrier and ISP mail
    "shared_email_keys": "VARCHAR[]",  # role mailboxes: contact points, never evidence that two persons are one
    "shared_phone_keys": "VARCHAR[]",  # toll-free, representative lines
    # the row behind it
    "raw_values": "VARCHAR",  # JSON: canonical field -> the source's own text
    "value_rules": "VARCHAR",  # JSON: canonical field -> ids of the rules that fired
    "rules_version": "VARCHAR",
    "content_hash": "UBIGINT",  # of everything matching reads: equal content scores equally
    "first_delivered_at": "TIMESTAMPTZ",
    "delivered_at": "TIMESTAMPTZ",
    "is_held_back": "BOOLEAN",  # a newer version of the row is in quarantine
}

OBSERVED_INTERACTIONS: dict[str, str] = {
    "interaction_id": "VARCHAR",  # source_record_id + '#' + number within the row
    "source_record_id": "VARCHAR",  # the row that told it
    "record_id": "VARCHAR",  # whose it is; may belong to another row (a ticket's requester)
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "channel": "VARCHAR",
    "happened_at": "TIMESTAMPTZ",
    "direction": "VARCHAR",
    "subject": "VARCHAR",
    "body": "VARCHAR",
    "amount": "DECIMAL(18,4)",
    "currency": "VARCHAR",
    "status": "VARCHAR",
    "thread": "VARCHAR",
    "campaign": "VARCHAR",
    "score": "DOUBLE",
}

OBSERVED_RELATIONSHIPS: dict[str, str] = {
    "source_record_id": "VARCHAR",
    "record_id_from": "VARCHAR",
    "kind": "VARCHAR",  # employee_of, contact_of, household, branch_of, subsidiary_of
    "record_id_to": "VARCHAR",  # null where the source names no row
    "to_sign": "VARCHAR",  # number, name: by what it names an organisation then
    "to_value": "VARCHAR",  # key of that number or name, as in `organisation_keys`
    "since": "DATE",
}

CONSENT_EVENTS: dict[str, str] = {
    "consent_event_id": "VARCHAR",
    "source_record_id": "VARCHAR",
    "record_id": "VARCHAR",
    "purpose": "VARCHAR",
    "channel": "VARCHAR",
    "granted": "BOOLEAN",
    "obtained_at": "TIMESTAMPTZ",
    "proof": "VARCHAR",
}

# What became of one row that is not (or not only) observations: quarantine and set_aside_records share it.
HELD_ROWS: dict[str, str] = {
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "position": "VARCHAR",
    "reason_code": "VARCHAR",
    "facts": "VARCHAR",  # JSON
    "field": "VARCHAR",  # canonical field, or null
    "raw": "VARCHAR",  # JSON of the row as delivered
    "delivered_at": "TIMESTAMPTZ",
}

LANDED_ROWS: dict[str, str] = {
    "row_number": "INTEGER",  # within the batch, from 0
    "stream": "VARCHAR",
    "source_key": "VARCHAR",  # as the source writes it; keyed hash when the key is personal; null when missing
    "payload": "VARCHAR",  # JSON of the row, verbatim; null: the same as the last version of its key (a mention)
    "position": "VARCHAR",
    "fault_code": "VARCHAR",
    "fault_facts": "VARCHAR",  # JSON
    "is_deleted": "BOOLEAN",
}

MATCH_RECORDS: dict[str, str] = {
    "record_key": "INTEGER",
    **STANDARDISED_RECORDS,
}

"""The canonical fields a mapping may fill, and how a standardised record stores each of them."""

from enum import StrEnum


class FieldKind(StrEnum):
    """How many columns a canonical field takes in `standardised_records`."""

    KEYED = "keyed"  # f, f_status, f_key
    LISTED = "listed"  # f (the first), f_status, f_values (all, std), f_keys (all that are evidence)
    PLAIN = "plain"  # f, f_status
    BARE = "bare"  # f alone


FIELD_KINDS: dict[str, FieldKind] = {
    "name": FieldKind.KEYED,
    "family_name": FieldKind.KEYED,
    "given_name": FieldKind.KEYED,
    "name_kana": FieldKind.KEYED,
    "family_name_kana": FieldKind.BARE,
    "given_name_kana": FieldKind.BARE,
    "former_name": FieldKind.KEYED,
    "gender": FieldKind.PLAIN,
    "birth_date": FieldKind.KEYED,
    "organisation_name": FieldKind.KEYED,
    "organisation_name_kana": FieldKind.KEYED,
    "corporate_number": FieldKind.KEYED,
    "department": FieldKind.BARE,
    "job_title": FieldKind.BARE,
    "email": FieldKind.LISTED,
    "phone": FieldKind.LISTED,
    "fax": FieldKind.PLAIN,
    "website": FieldKind.KEYED,
    "postal_code": FieldKind.KEYED,
    "address": FieldKind.KEYED,
    "building": FieldKind.BARE,
    "country": FieldKind.PLAIN,
    "external_ids": FieldKind.BARE,
    "language": FieldKind.BARE,
    "tags": FieldKind.BARE,
    "updated_at": FieldKind.BARE,
    "created_at": FieldKind.BARE,
    "free_text": FieldKind.BARE,
}
CANONICAL_FIELDS: tuple[str, ...] = tuple(FIELD_KINDS)

INTERACTION_FIELDS: tuple[str, ...] = (
    "happened_at",
    "channel",
    "direction",
    "subject",
    "body",
    "amount",
    "currency",
    "status",
    "thread",
    "campaign",
    "score",
)
CONSENT_FIELDS: tuple[str, ...] = ("purpose", "channel", "granted", "obtained_at", "proof")
RELATIONSHIP_FIELDS: tuple[str, ...] = (
    "kind",
    "to_key",
    "to_source",
    "to_corporate_number",
    "to_name",
    "since",
)

# The golden customer shows these of a record's columns; `name` and the like are the attributes of survivorship.
GOLDEN_FIELDS: tuple[str, ...] = tuple(
    field for field in CANONICAL_FIELDS if field not in {"updated_at", "created_at", "free_text"}
)

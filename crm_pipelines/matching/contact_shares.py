# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Contact points learn how shared they are: how many different names stand on each e-mail, phone and address.

The weight of a shared contact point falls with that number, kept per key and absolute, in buckets: `OWN` (one person,
or two spellings of one), `SHARED` (a family, a desk), `CROWDED` (an office) and `PUBLIC`, which is no evidence at all.
Persons and organisations are counted apart. Of a name without a legal form it is the places that are counted: a name
that is met in many towns is that of a chain. The bucket decides under which feature a key stands, so that a level can
ask for it with a plain comparison.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from crm_pipelines.matching.key_hashing import hashed
from crm_pipelines.model.enums import CustomerType

OWN, SHARED, CROWDED, PUBLIC = 1, 2, 3, 4
# Most different names for the bucket; absolute, so that a growing base does not move a key that did not change.
MOST_NAMES: dict[int, int] = {OWN: 2, SHARED: 5, CROWDED: 12}

Shares: TypeAlias = Mapping[tuple[str, str], int]  # (kind, contact key) -> bucket; an unknown key is OWN

CONTACT_POINTS: dict[str, str] = {
    **{"email": "emails", "phone": "phones", "address": "address_key", "room": "room_key"},
    "name": "bare_name",
}
FEATURE_TYPES: dict[str, str] = {
    **{f"{point}_{bucket}": "VARCHAR[]" for point in ("email", "phone") for bucket in ("own", "shared", "crowded")},
    **{f"{point}_evidence": "BOOLEAN" for point in ("email", "phone")},
    **dict.fromkeys(("address_own", "address_shared", "room_own", "name_own"), "VARCHAR"),
}


def bucket_of(n_names: int) -> int:
    """The bucket of a contact point with so many different names on it."""
    return next((bucket for bucket, most in MOST_NAMES.items() if n_names <= most), PUBLIC)


def bucket_sql(n_names: str) -> str:
    """`bucket_of` as SQL."""
    cases = " ".join(f"when {n_names} <= {most} then {bucket}" for bucket, most in MOST_NAMES.items())
    return f"cast(case {cases} else {PUBLIC} end as tinyint)"


def kind_of(customer_type: CustomerType, contact_point: str) -> str:
    """`person_email`: what `contact_shares.kind` holds."""
    return f"{customer_type.value}_{contact_point}"


def contact_hash_sql(kind: str, contact_key: str) -> str:
    """The number under which `contact_names` of a publication holds a contact point."""
    return hashed(f"{kind} || chr(31) || {contact_key}")


def contact_keys(features: Mapping[str, Any], customer_type: CustomerType) -> set[tuple[str, str]]:
    """(kind, contact key) of every contact point of one record, from its base features."""
    found = set()
    for point, feature in CONTACT_POINTS.items():
        value = features.get(feature)
        keys = value if isinstance(value, list) else [] if value is None else [value]
        found |= {(kind_of(customer_type, point), key) for key in keys}
    return found


def contact_names_sql(records: str) -> str:
    """One row per record and contact point with the hash of the name on it (null: no whole name).

    Args:
        records: table with `record_key`, `customer_type` and the base features.
    """
    parts = [
        f"select record_key, customer_type || '_{point}' as kind, "
        f"{f'unnest({feature})' if feature in ('emails', 'phones') else feature} as contact_key, "
        f"{_hash_sql('place_token' if point == 'name' else 'name_token')} as name_hash "
        f"from {records} where {feature} is not null"
        for point, feature in CONTACT_POINTS.items()
    ]
    return "\nunion all\n".join(parts)


def _hash_sql(text: str) -> str:
    return f"case when {text} is not null then {hashed(text)} end"


def contact_features_sql(records: str) -> str:
    """One row per record of `records` that has a contact point: `record_key` and the features of this module.

    Most records share none of theirs: those have what they have, and only the others are looked up point by point.
    """
    has_any = " or ".join(f"r.{feature} is not null" for feature in CONTACT_POINTS.values())
    return f"""
    with crowded as (select * from contact_shares where bucket <> {OWN}),
    sharing as (
      select distinct c.record_key from contact_names c join crowded using (kind, contact_key)
      semi join {records} r on r.record_key = c.record_key),
    placed as (
      select c.record_key, substr(c.kind, position('_' in c.kind) + 1) as point, c.contact_key,
        coalesce(s.bucket, {OWN}) as bucket
      from contact_names c semi join sharing using (record_key)
      left join crowded s on s.kind = c.kind and s.contact_key = c.contact_key),
    listed as (
      select record_key,
        {_lists_sql()},
        max(contact_key) filter (point = 'address' and bucket = {OWN}) as address_own,
        max(contact_key) filter (point = 'address' and bucket = {SHARED}) as address_shared,
        max(contact_key) filter (point = 'room' and bucket = {OWN}) as room_own,
        max(contact_key) filter (point = 'name' and bucket = {OWN}) as name_own
      from placed group by record_key
      union all by name
      select r.record_key, r.emails as email_own, r.phones as phone_own, r.address_key as address_own,
        r.room_key as room_own, r.bare_name as name_own
      from {records} r anti join sharing using (record_key) where {has_any})
    select *, case when email_own is not null or email_shared is not null or email_crowded is not null then true end
        as email_evidence,
      case when phone_own is not null or phone_shared is not null or phone_crowded is not null then true end
        as phone_evidence
    from listed"""


def _lists_sql() -> str:
    names = {"own": OWN, "shared": SHARED, "crowded": CROWDED}
    return ",\n        ".join(
        f"list(contact_key) filter (point = '{point}' and bucket = {bucket}) as {point}_{name}"
        for point in ("email", "phone")
        for name, bucket in names.items()
    )


def contact_features(features: Mapping[str, Any], customer_type: CustomerType, shares: Shares) -> dict[str, Any]:
    """The same features of one record, from its base features and the known buckets."""

    def bucket(point: str, key: str) -> int:
        return shares.get((kind_of(customer_type, point), key), OWN)

    found: dict[str, Any] = {}
    for point, feature in (("email", "emails"), ("phone", "phones")):
        for name, wanted in (("own", OWN), ("shared", SHARED), ("crowded", CROWDED)):
            keys = [key for key in features.get(feature) or () if bucket(point, key) == wanted]
            found[f"{point}_{name}"] = keys or None
        is_evidence = any(found[f"{point}_{name}"] for name in ("own", "shared", "crowded"))
        found[f"{point}_evidence"] = True if is_evidence else None
    address, room = features.get("address_key"), features.get("room_key")
    found["address_own"] = address if address is not None and bucket("address", address) == OWN else None
    found["address_shared"] = address if address is not None and bucket("address", address) == SHARED else None
    found["room_own"] = room if room is not None and bucket("room", room) == OWN else None
    bare = features.get("bare_name")
    found["name_own"] = bare if bare is not None and bucket("name", bare) == OWN else None
    return found

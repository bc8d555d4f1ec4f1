"""What the bench of the checks compares: forty rules, and the query that somebody would write who had only these."""

from typing import Any

from crm_pipelines.rules.quality import QualityCheck

_GOLDEN_ID = "[0-9A-Z]{4}-[0-9A-Z]{4,5}-[0-9A-Z]{4}"
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s.]+"
_WRECKED = r"[\x{80}-\x{9F}\x{FFFD}]|[ÃÂ][\x{A0}-\x{BF}]|ã[\x{A0}-\x{BF}‚ƒ„]|â€|[縺繧繝].?[縺繧繝]"


def rules_of_the_bench() -> list[QualityCheck]:
    """Forty rules of `customers`; each tolerates everything, so that all are only counted."""
    wanted: list[dict[str, Any]] = [
        *({"kind": "not_null", "columns": [column]} for column in (
            "golden_id", "customer_type", "record_count", "display_name", "email", "phone", "address", "first_seen_at",
            "last_seen_at", "source_systems")),
        {"kind": "allowed_values", "columns": ["customer_type"], "values": ["person", "organisation"]},
        {"kind": "allowed_values", "columns": ["gender"], "values": ["female", "male"]},
        {"kind": "allowed_values", "columns": ["country"], "values": ["JP"]},
        {"kind": "allowed_values", "columns": ["language"], "values": ["ja", "en"]},
        {"kind": "pattern", "columns": ["golden_id"], "pattern": _GOLDEN_ID},
        {"kind": "pattern", "columns": ["email"], "pattern": _EMAIL},
        {"kind": "pattern", "columns": ["phone"], "pattern": r"\+[0-9]{7,15}"},
        {"kind": "pattern", "columns": ["postal_code"], "pattern": "[0-9]{7}"},
        {"kind": "pattern", "columns": ["corporate_number"], "pattern": "[1-9][0-9]{12}"},
        {"kind": "pattern", "columns": ["birth_date"], "pattern": "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
        {"kind": "pattern", "columns": ["name_kana"], "pattern": "[ァ-ヶー ]+"},
        *({"kind": "unique", "columns": columns} for columns in (
            ["golden_id"], ["email"], ["phone"], ["corporate_number"], ["family_name", "given_name", "birth_date"])),
        *({"kind": "mojibake_share", "columns": [column]} for column in ("name", "organisation_name", "address")),
        {"kind": "condition", "when": "customer_type = 'person'", "then": "corporate_number is empty"},
        {"kind": "condition", "when": "customer_type = 'organisation'", "then": "organisation_name is present"},
        {"kind": "condition", "when": "customer_type = 'person'", "then": "name is present"},
        {"kind": "condition", "then": "first_seen_at <= last_seen_at"},
        {"kind": "condition", "then": "record_count >= 2"},
        {"kind": "condition", "then": "email is present or phone is present or address is present"},
        {"kind": "condition", "when": "family_name is present", "then": "given_name is present"},
        {"kind": "condition", "then": "length(name) <= 9"},
        {"kind": "condition", "when": "address is present", "then": "postal_code is present"},
        {"kind": "condition", "when": "country = 'JP'", "then": "postal_code matches '[0-9]{7}'"},
        {"kind": "not_empty"},
    ]  # fmt: skip
    common = {"table": "customers", "dimension": "validity", "severity": "warning"}
    return [
        QualityCheck.model_validate({"id": f"rule_{place}"} | common | one | _tolerant(one))
        for place, one in enumerate(wanted)
    ]


def _tolerant(wanted: dict[str, Any]) -> dict[str, Any]:
    return {} if wanted["kind"] == "not_empty" else {"threshold": 1.0}


_REPEATED = "(select coalesce(sum(n), 0) from (select count(*) as n from customers where {0} group by {1}) where n > 1)"
HAND_WRITTEN = f"""
select
    count(*) filter (where golden_id is null),
    count(*) filter (where customer_type is null),
    count(*) filter (where record_count is null),
    count(*) filter (where display_name is null),
    count(*) filter (where email is null),
    count(*) filter (where phone is null),
    count(*) filter (where address is null),
    count(*) filter (where first_seen_at is null),
    count(*) filter (where last_seen_at is null),
    count(*) filter (where source_systems is null),
    count(*) filter (where customer_type not in ('person', 'organisation')),
    count(*) filter (where gender not in ('female', 'male')),
    count(*) filter (where country <> 'JP'),
    count(*) filter (where language not in ('ja', 'en')),
    count(*) filter (where not regexp_full_match(golden_id, '{_GOLDEN_ID}')),
    count(*) filter (where not regexp_full_match(email, '{_EMAIL}')),
    count(*) filter (where not regexp_full_match(phone, '\\+[0-9]{{7,15}}')),
    count(*) filter (where not regexp_full_match(postal_code, '[0-9]{{7}}')),
    count(*) filter (where not regexp_full_match(corporate_number, '[1-9][0-9]{{12}}')),
    count(*) filter (where not regexp_full_match(birth_date, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')),
    count(*) filter (where not regexp_full_match(name_kana, '[ァ-ヶー ]+')),
    {_REPEATED.format("golden_id is not null", "golden_id")},
    {_REPEATED.format("email is not null", "email")},
    {_REPEATED.format("phone is not null", "phone")},
    {_REPEATED.format("corporate_number is not null", "corporate_number")},
    {
    _REPEATED.format(
        "family_name is not null and given_name is not null and birth_date is not null",
        "family_name, given_name, birth_date",
    )
},
    count(*) filter (where regexp_matches(name, '{_WRECKED}')),
    count(*) filter (where regexp_matches(organisation_name, '{_WRECKED}')),
    count(*) filter (where regexp_matches(address, '{_WRECKED}')),
    count(*) filter (where customer_type = 'person' and corporate_number is not null),
    count(*) filter (where customer_type = 'organisation' and organisation_name is null),
    count(*) filter (where customer_type = 'person' and name is null),
    count(*) filter (where first_seen_at > last_seen_at),
    count(*) filter (where record_count < 2),
    count(*) filter (where email is null and phone is null and address is null),
    count(*) filter (where family_name is not null and given_name is null),
    count(*) filter (where length(name) > 9),
    count(*) filter (where address is not null and postal_code is null),
    count(*) filter (where country = 'JP' and not regexp_full_match(postal_code, '[0-9]{{7}}')),
    case when count(*) = 0 then 1 else 0 end
from customers
"""

# ruff: noqa: S608 - the statements are built from declared fields and constant names; values are bound
"""Matching with one field of one record blanked, everything else as it is: what that field brought.

A blanked record stands in for its original: it gets the keys it would have, is compared with whoever it would meet,
and is scored by the very scorer and model of the publication. Each stands by itself, so that thousands are asked at
once and none sees another. Caps of blocking keys count as if the original were replaced; how shared a contact point is
stays as it is, for one record fewer hardly moves a bucket.
"""

from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.blocking import blocking_keys_sql
from crm_pipelines.matching.contact_shares import contact_names_sql
from crm_pipelines.matching.judging import judged_sql
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.match_input import (
    add_match_records,
    create_match_inputs,
    create_match_records,
    drop_match_inputs,
    drop_match_records,
)
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.pair_scores import ScoringTask, score_candidates
from crm_pipelines.matching.training_data import drop_training_data, stage_keys
from crm_pipelines.model.enums import CustomerType


@dataclass(frozen=True, slots=True)
class AblatedField:
    """A field as matching sees it.

    Attributes:
        name: canonical field.
        columns: of `standardised_records` that are null when a row says nothing of the field.
        evidence: SQL condition over them: matching has something of the field to go by.
    """

    name: str
    columns: tuple[str, ...]
    evidence: str


def _keyed(name: str, *more: str) -> AblatedField:
    return AblatedField(name, (name, f"{name}_status", f"{name}_key", *more), f"{name}_key is not null")


def _listed(name: str, *more: str) -> AblatedField:
    columns = (name, f"{name}_status", f"{name}_values", f"{name}_keys", f"shared_{name}_keys", *more)
    return AblatedField(name, columns, f"(len({name}_keys) > 0 or len(shared_{name}_keys) > 0)")


_NAME_PARTS = tuple(
    f"{part}{suffix}" for part in ("name", "family_name", "given_name") for suffix in ("", "_status", "_key")
)
_NAME = AblatedField(
    "name",
    (
        *_NAME_PARTS,
        *("name_kana", "name_kana_status", "name_kana_key", "family_name_kana", "given_name_kana"),
        *("former_name", "former_name_status", "former_name_key", "reading_keys", "family_reading_keys"),
        *("given_reading_keys", "sound_keys", "given_initial", "is_given_initial_only"),
    ),
    "(name_key is not null or name_kana_key is not null)",
)
_ORGANISATION_NAME = AblatedField(
    "organisation_name",
    (
        *("organisation_name", "organisation_name_status", "organisation_name_key", "organisation_name_kana"),
        *("organisation_name_kana_status", "organisation_name_kana_key", "legal_form", "legal_position", "branch"),
        "reading_keys",
    ),
    "(organisation_name_key is not null or organisation_name_kana_key is not null)",
)
_EMAIL, _PHONE = _listed("email", "email_domain_key"), _listed("phone")
_ADDRESS = _keyed(
    "address",
    *("building", "prefecture", "city", "town", "address_number", "address_room", "city_key", "town_key"),
    "postal_number_key",
)
_POSTAL_CODE = _keyed("postal_code", "postal_number_key")

ABLATED_FIELDS: dict[CustomerType, tuple[AblatedField, ...]] = {
    CustomerType.PERSON: (_NAME, _keyed("birth_date"), _EMAIL, _PHONE, _ADDRESS, _POSTAL_CODE),
    CustomerType.ORGANISATION: (
        *(_ORGANISATION_NAME, _keyed("corporate_number"), _EMAIL, _PHONE, _ADDRESS, _POSTAL_CODE),
    ),
}
"""What can be blanked, by customer type: the fields that comparisons and blocking keys are made of."""

_BLANKED = "blanked_records"  # the same with the key of the blanked record and that of its original
_RECORDS = "ablated_records"


def stage_base(con: duckdb.DuckDBPyConnection) -> None:
    """Make the records, contact points and blocking keys of a publication as temporary tables; see `drop_base`."""
    stage_keys(con)


def drop_base(con: duckdb.DuckDBPyConnection) -> None:
    """Drop whatever this module made."""
    drop_match_inputs(con)
    drop_match_records(con, _RECORDS)
    for table in (_BLANKED, "blanked_keys", "blanked_pairs", *(f"scores_{kind}" for kind in CustomerType)):
        con.execute(f"drop table if exists temp.{table}").fetchall()
    drop_training_data(con)


def score_blanked(con: duckdb.DuckDBPyConnection, model: ModelVersion, wishes: str) -> duckdb.DuckDBPyRelation:
    """Score records with a field blanked against everybody they would meet.

    Args:
        con: after `stage_base`.
        model: of the publication.
        wishes: table or view `wish, record_id, field`: which records, and what of them is blanked; each wish by itself.

    Returns:
        `wish, record_id, partner_id, match_weight, band, is_contradiction`: the pairs of each blanked record that would
        be stored, by wish and partner.
    """
    _stage_blanked(con, wishes)
    create_match_records(con, _RECORDS, f"temp.{_BLANKED}")
    _run(con, f"insert into contact_names by name {contact_names_sql(f'temp.{_RECORDS}')}")
    _find_pairs(con)
    add_match_records(con, _RECORDS, "(select partner as record_key from temp.blanked_pairs)")
    create_match_inputs(con, f"temp.{_RECORDS}", model)
    for kind in CustomerType:
        _score(con, kind, model)
    judged = " union all by name ".join(
        f"(select record_key_l, record_key_r, match_weight, band, is_contradiction "
        f"from ({judged_sql(kind, model, f'temp.scores_{kind}')}))"
        for kind in CustomerType
    )
    return con.sql(
        f"""select b.wish, b.record_id, r.record_id as partner_id, match_weight, band, is_contradiction
            from ({judged}) s
            join temp.{_BLANKED} b on b.record_key = s.record_key_r
            join temp.standardised_records r on r.record_key = s.record_key_l
            order by b.wish, partner_id"""
    )


def _stage_blanked(con: duckdb.DuckDBPyConnection, wishes: str) -> None:
    """Add the blanked records, with keys above all others, to the staged ones."""
    _run(
        con,
        f"""create or replace temp table {_BLANKED} as
            select wishes.wish, wishes.field, originals.record_id, originals.customer_type,
                originals.record_key as original_key,
                cast((select max(record_key) from temp.standardised_records)
                    + row_number() over (order by wishes.wish) as integer) as record_key
            from {wishes} as wishes
            join temp.standardised_records as originals on originals.record_id = wishes.record_id""",
    )
    for kind, fields in ABLATED_FIELDS.items():
        for field in fields:
            blank = ", ".join(f"null as {column}" for column in field.columns)
            _run(
                con,
                f"""insert into temp.standardised_records by name
                    select originals.* replace (blanked.record_key as record_key, {blank})
                    from temp.{_BLANKED} as blanked
                    join temp.standardised_records as originals on originals.record_key = blanked.original_key
                    where blanked.customer_type = '{kind}' and blanked.field = '{field.name}'""",
            )


def _find_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Whom the blanked records meet: on keys that are within their cap with the original away."""
    _run(con, f"create or replace temp table blanked_keys as {blocking_keys_sql(f'temp.{_RECORDS}')}")
    _run(
        con,
        f"""create or replace temp table blanked_pairs as
            with proposing as (
                select k.record_key, b.original_key, k.customer_type, k.key, c.cap
                from temp.blanked_keys k join temp.{_BLANKED} b using (record_key)
                join temp.blocking_caps c on c.rule = k.rule
                left join key_counts n on n.key = k.key where coalesce(n.n_records, 1) <= c.cap + 1),
            met as (
                select p.*, o.record_key as partner, count(*) over (partition by p.record_key, p.key) as n_others
                from proposing p join blocking_keys o on o.key = p.key and o.record_key <> p.original_key)
            select distinct record_key, customer_type, partner from met where n_others < cap""",
    )
    for kind in CustomerType:
        _run(
            con,
            f"""create or replace temp table candidates_{kind} as
                select partner as record_key_l, record_key as record_key_r, row_number() over () - 1 as place
                from temp.blanked_pairs where customer_type = '{kind}'""",
        )


def _score(con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion) -> None:
    levels = ", ".join(f"{comparison.column} tinyint" for comparison in COMPARISONS[kind])
    _run(
        con,
        f"create or replace temp table scores_{kind} "
        f"(record_key_l integer, record_key_r integer, evidence double, {levels})",
    )
    score_candidates(con, ScoringTask(kind, model, f"match_input_{kind}", f"candidates_{kind}", f"scores_{kind}"))


def _run(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    con.execute(sql).fetchall()

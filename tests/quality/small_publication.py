"""A small publication in which every shipped check holds, and checks built in one line."""

from typing import Any

import duckdb

from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.rules.quality import QualityCheck

_TABLES = """
create table customers as select * from (values
    ('K7M2-QX9A-TB4W', 'person', '佐藤太郎', 'taro@mail.example.jp', '+81312345678', '東京都港区1-1', 2, null, null),
    ('A111-1111-1111', 'organisation', '例示商事', null, '+81398765432', null, 1, '例示商事', '1234567890123')
) as t(golden_id, customer_type, display_name, email, phone, address, record_count, organisation_name,
    corporate_number);
alter table customers add column first_seen_at timestamptz default '2025-01-01 00:00:00+00';
alter table customers add column last_seen_at timestamptz default '2025-02-01 00:00:00+00';
create table crosswalk as select * from (values
    ('erp:1', 'erp', '1', null, 'K7M2-QX9A-TB4W', timestamptz '2025-01-01 00:00:00+00', null::timestamptz),
    ('mail:9', 'mail', '9', null, 'K7M2-QX9A-TB4W', timestamptz '2025-01-02 00:00:00+00', null),
    ('mail:9', 'mail', '9', null, 'B222-2222-2222', timestamptz '2025-01-01 00:00:00+00', '2025-01-02 00:00:00+00'),
    ('erp:1#organisation', 'erp', '1', 'organisation', 'A111-1111-1111', timestamptz '2025-01-01 00:00:00+00', null)
) as t(record_id, source_system, source_id, observation, golden_id, valid_from, valid_to);
create table redirects as select * from (values
    ('B222-2222-2222', 'K7M2-QX9A-TB4W', 'merged', timestamptz '2025-01-02 00:00:00+00', null::timestamptz)
) as t(golden_id, redirects_to, reason, valid_from, valid_to);
create table attribute_values as select * from (values
    ('K7M2-QX9A-TB4W', 'name', '佐藤太郎', 'erp:1', true, 1, 'source_rank', null),
    ('K7M2-QX9A-TB4W', 'name', '佐藤', 'mail:9', false, 2, 'source_rank', null)
) as t(golden_id, attribute, value, record_id, survives, value_rank, rule, pinned_by);
create table contact_points as select * from (values
    ('K7M2-QX9A-TB4W', 'email', 'taro@mail.example.jp', true), ('K7M2-QX9A-TB4W', 'email', 'old@mail.example.jp', false)
) as t(golden_id, kind, value, is_primary);
create table relationships as
    select 'K7M2-QX9A-TB4W' as golden_id_from, 'employee_of' as kind, 'A111-1111-1111' as golden_id_to;
create table interactions as
    select 'K7M2-QX9A-TB4W' as golden_id, 'email' as channel, timestamptz '2025-01-01 00:00:00+00' as happened_at,
        100 as amount, 'JPY' as currency;
create table consents as
    select 'K7M2-QX9A-TB4W' as golden_id, 'marketing' as purpose, 'email' as channel, true as granted;
create table profiles as select golden_id from customers;
create table changes as select 1 as seq, 'K7M2-QX9A-TB4W' as golden_id, 'merged' as kind;
create table value_changes as select 1 as seq, 'K7M2-QX9A-TB4W' as golden_id, 'data' as cause;
create table source_records as
    select 'erp:1' as source_record_id, 'erp' as source_system, now() as first_delivered_at;
create table blocking_keys as select 'erp:1' as record_id, 'email' as rule;
create table review_queue as select 'q1' as question_id;
create table closed_questions as select 1 as seq, 'q0' as question_id, 'answered' as closed_because;
create table identity_log as select 'e1' as event_id, 'K7M2-QX9A-TB4W' as golden_id, 'minted' as event;
create table scored_pairs as select 'erp:1' as record_id_l, 'mail:9' as record_id_r;
"""
_RECORDS = """
insert into standardised_records by name
select record_id, source_record_id, source_system, 'person' as customer_type, 'ok' as name_status,
    '佐藤太郎' as name, 'name:taro' as name_key, 'empty' as email_status
from (values ('erp:1', 'erp:1', 'erp'), ('mail:9', 'mail:9', 'mail'), ('erp:1#organisation', 'erp:1', 'erp'))
    as t(record_id, source_record_id, source_system)
"""


def small_publication(con: duckdb.DuckDBPyConnection) -> None:
    """Create every table of a publication that the shipped checks read, two customers large."""
    con.execute(_TABLES)
    columns = ", ".join(f'"{name}" {kind}' for name, kind in STANDARDISED_RECORDS.items())
    con.execute(f"create table standardised_records ({columns})")
    con.execute(_RECORDS)


def check(kind: str, *columns: str, **settings: Any) -> QualityCheck:
    """A blocking check of `customers`; everything unmentioned is irrelevant."""
    common = {"id": kind, "table": "customers", "dimension": "validity", "severity": "blocking"}
    return QualityCheck.model_validate(
        common | {"kind": kind, "columns": columns, "message": f"quality.{kind}"} | settings
    )

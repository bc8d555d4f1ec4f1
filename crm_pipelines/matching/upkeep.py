# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Keep the counts that must live: names on a contact point, records on a blocking key.

Both are kept per key, of blocking keys only those of two records and more. A key whose bucket changes, or whose count
crosses the cap of its rule, draws every record on it into the delta, because its pairs may weigh otherwise, appear or
vanish. Each function reads the temporary tables `changed_records` and `match_records` (of those) and adds to
`pair_delta`; a whole base needs no such care and is built at once.
"""

import duckdb

from crm_pipelines.matching.blocking import blocking_keys_sql, caps_sql
from crm_pipelines.matching.contact_shares import bucket_sql, contact_names_sql

_CHANGED = "(select record_key from temp.changed_records)"


def update_contact_shares(con: duckdb.DuckDBPyConnection) -> None:
    """Renew `contact_names` of the changed records and `contact_shares` of the keys they have or had."""
    own_keys = f"select kind, contact_key from contact_names where record_key in {_CHANGED}"
    for sql in (
        f"create or replace temp table touched_contacts as {own_keys}",
        f"delete from contact_names where record_key in {_CHANGED}",
        f"insert into contact_names by name {contact_names_sql('temp.match_records')}",
        f"insert into temp.touched_contacts {own_keys}",
        _COUNT_CONTACTS,
        _FORGET_SHARES,
        "insert into contact_shares select kind, contact_key, n_names, bucket from temp.counted_contacts "
        "where n_names is not null",
        _DRAW_IN_MOVED,
        "drop table temp.touched_contacts",
        "drop table temp.counted_contacts",
    ):
        con.execute(sql).fetchall()


def build_contact_shares(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `contact_names` and `contact_shares`, which are empty, from the records of a whole base."""
    for sql in (
        f"insert into contact_names by name {contact_names_sql('temp.match_records')}",
        "insert into contact_shares by name "
        f"select *, {bucket_sql('n_names')} as bucket from ({_NAMES_OF_CONTACTS} group by all)",
    ):
        con.execute(sql).fetchall()


def build_blocking_keys(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Fill `blocking_keys` and `key_counts`, which are empty, from the records of a whole base.

    Returns:
        Blocking rule -> keys above its cap.
    """
    for sql in (
        f"insert into blocking_keys by name {blocking_keys_sql('temp.match_records')}",
        f"insert into key_counts by name {_RECORDS_OF_KEYS} group by key having n_records > 1",
    ):
        con.execute(sql).fetchall()
    return keys_above_cap(con)


def update_blocking_keys(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Renew `blocking_keys` of the changed records and `key_counts` of the keys they have or had.

    Returns:
        Blocking rule -> keys above its cap, after the change.
    """
    own_keys = f"select key from blocking_keys where record_key in {_CHANGED}"
    for sql in (
        f"create or replace temp table blocking_caps as {caps_sql()}",
        f"create or replace temp table touched_keys as {own_keys}",
        f"delete from blocking_keys where record_key in {_CHANGED}",
        f"insert into blocking_keys by name {blocking_keys_sql('temp.match_records')}",
        f"insert into temp.touched_keys {own_keys}",
        _COUNT_KEYS,
        _FORGET_COUNTS,
        "insert into key_counts select customer_type, rule, key, n_records from temp.counted_keys where n_records > 1",
        _DRAW_IN_CROSSED,
        "drop table temp.touched_keys",
        "drop table temp.counted_keys",
    ):
        con.execute(sql).fetchall()
    return keys_above_cap(con)


def keys_above_cap(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Blocking rule -> keys above its cap, as `key_counts` stands; leaves the temporary table `blocking_caps`."""
    con.execute(f"create or replace temp table blocking_caps as {caps_sql()}").fetchall()
    capped = con.execute(
        "select rule, count(*) from key_counts join temp.blocking_caps using (rule) "
        "where n_records > cap group by rule order by rule"
    ).fetchall()
    return {str(rule): int(n_keys) for rule, n_keys in capped}


_NAMES_OF_CONTACTS = (
    "select kind, contact_key, cast(count(distinct name_hash) as integer) as n_names from contact_names"
)
_RECORDS_OF_KEYS = (
    "select any_value(customer_type) as customer_type, any_value(rule) as rule, key, "
    "cast(count(*) as integer) as n_records from blocking_keys"
)

_COUNT_CONTACTS = f"""
create or replace temp table counted_contacts as
with keys as (select distinct kind, contact_key from temp.touched_contacts),
counted as (
  {_NAMES_OF_CONTACTS} semi join keys using (kind, contact_key) group by kind, contact_key)
select k.kind, k.contact_key, c.n_names, {bucket_sql("c.n_names")} as bucket, s.bucket as old_bucket
from keys k left join counted c using (kind, contact_key) left join contact_shares s using (kind, contact_key)"""

_FORGET_SHARES = """
delete from contact_shares using temp.counted_contacts t
where t.kind = contact_shares.kind and t.contact_key = contact_shares.contact_key"""

_DRAW_IN_MOVED = """
insert into temp.pair_delta select distinct c.record_key
from contact_names c join temp.counted_contacts t using (kind, contact_key)
where t.n_names is not null and t.old_bucket <> t.bucket
  and c.record_key not in (select record_key from temp.pair_delta)"""

# A key of one record proposes nothing and is not counted: when others come to it, no pair of its own is at stake.
_COUNT_KEYS = f"""
create or replace temp table counted_keys as
with keys as (select distinct key from temp.touched_keys),
counted as ({_RECORDS_OF_KEYS} semi join keys using (key) group by key)
select key, coalesce(c.customer_type, o.customer_type) as customer_type, coalesce(c.rule, o.rule) as rule,
  c.n_records, coalesce(o.n_records, 0) as old_records
from keys k left join counted c using (key) left join key_counts o using (key)"""

_FORGET_COUNTS = "delete from key_counts where key in (select key from temp.counted_keys)"

_DRAW_IN_CROSSED = """
insert into temp.pair_delta select distinct b.record_key
from temp.counted_keys t join temp.blocking_caps c using (rule)
join blocking_keys b using (key)
where t.old_records > 0 and (t.old_records <= c.cap) <> (t.n_records <= c.cap)
  and b.record_key not in (select record_key from temp.pair_delta)"""

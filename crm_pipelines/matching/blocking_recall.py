"""What blocking brings together of what belongs together: its recall, rule by rule, against a table of truth."""

import duckdb
import polars as pl

from crm_pipelines.matching.training_data import drop_training_data, stage_keys

# Every pair of records of one customer, with the rules whose keys both have, within the cap or over it.
_MET = """
create or replace temp table met as
with same as (
  select l.customer_type, l.record_key as record_key_l, r.record_key as record_key_r
  from temp.truth l join temp.truth r using (customer_type, entity_id) where l.record_key < r.record_key),
shared as (
  select s.*, l.rule, max(n.n_records <= c.cap) as is_within
  from same s join blocking_keys l on l.record_key = s.record_key_l
  join blocking_keys r on r.record_key = s.record_key_r and r.rule = l.rule and r.key = l.key
  join key_counts n on n.customer_type = s.customer_type and n.rule = l.rule and n.key = l.key
  join temp.blocking_caps c on c.rule = l.rule
  group by all)
select s.*, h.rule, coalesce(h.is_within, false) as is_within,
  count(*) filter (h.is_within) over (partition by s.record_key_l, s.record_key_r) as n_rules
from same s left join shared h using (customer_type, record_key_l, record_key_r)"""

_BY_RULE = """
with proposed as (
  select customer_type, rule, sum(n_records * (n_records - 1) // 2) filter (n_records <= cap) as n_pairs
  from key_counts join temp.blocking_caps using (rule) group by all),
hit as (
  select customer_type, rule, count(*) filter (is_within) as n_same,
    count(*) filter (is_within and n_rules = 1) as n_same_alone,
    count(*) filter (not is_within and n_rules = 0) as n_same_capped
  from temp.met where rule is not null group by all)
select customer_type, rule as blocking_rule, cast(coalesce(n_pairs, 0) as bigint) as n_pairs,
  coalesce(n_same, 0) as n_same, coalesce(n_same_alone, 0) as n_same_alone, coalesce(n_same_capped, 0) as n_same_capped
from proposed left join hit using (customer_type, rule)
order by customer_type desc, n_same desc, rule"""

_ALL = """
select customer_type, count(*) as n_true, count(*) filter (n_rules > 0) as n_same
from (select distinct customer_type, record_key_l, record_key_r, n_rules from temp.met)
group by all order by customer_type desc"""


def blocking_recall(con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Measure the blocking rules on the records of a publication.

    Args:
        con: the publication; temporary tables are made on it and dropped again.
        truth: one row per record: `record_id, entity_id`; records that are not live are left out.

    Returns:
        Two tables. By customer type: `customer_type, n_true` (pairs of one customer) and `n_same` (of these, pairs that
        share a key within its cap). By rule: `customer_type, blocking_rule, n_pairs` (pairs on its keys, a pair counted
        for each key), `n_same`, `n_same_alone` (pairs of one customer that no other rule brings together) and
        `n_same_capped` (pairs of one customer that share none but keys above their cap, one of this rule among them).
    """
    stage_keys(con)
    con.register("truth_given", truth.select("record_id", "entity_id").to_arrow())
    try:
        con.execute(
            "create or replace temp table truth as select r.record_key, r.customer_type, t.entity_id "
            "from temp.standardised_records r join truth_given t using (record_id)"
        ).fetchall()
        con.execute(_MET).fetchall()
        return con.sql(_ALL).pl(), con.sql(_BY_RULE).pl()
    finally:
        con.unregister("truth_given")
        for table in ("truth", "met"):
            con.execute(f"drop table if exists temp.{table}").fetchall()
        drop_training_data(con)

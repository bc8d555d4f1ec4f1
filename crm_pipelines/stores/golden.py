"""Golden customers in the warehouse: the changed ones are taken out and put in anew."""

import polars as pl

from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.stores.quality_counts import count_customers, is_counted, keep_old_customers
from crm_pipelines.stores.warehouse import Step
from crm_pipelines.survivorship.golden import (
    contact_points_sql,
    customers_sql,
    pinned_values_sql,
    source_changes_sql,
)
from crm_pipelines.survivorship.ranking import attribute_values_sql, checks_passed_sql

_TABLES = ("attribute_values", "contact_points", "customers")
# What a step hands in: how far each source is trusted, per group of attributes (`source_rank_rows`) ...
SOURCE_RANKS = pl.Schema(
    {
        "group_name": pl.String(),
        "source_system": pl.String(),
        "source_rank": pl.Int32(),
        "source_trust": pl.Float64(),
    }
)
# ... and the pins that hold at the run's time, in ledger order.
PINS = pl.Schema(
    {
        "seq": pl.Int64(),
        "pin_id": pl.String(),
        "record_ids": pl.List(pl.String()),
        "attribute": pl.String(),
        "value": pl.String(),
        "steward": pl.String(),
        "pinned_at": pl.Datetime("us", "UTC"),
        "expires_at": pl.Datetime("us", "UTC"),
    }
)


def replace_golden(step: Step, rules: SurvivorshipRules, *, is_all: bool) -> int:
    """Rebuild the customers whose membership, records or pins changed; return how many.

    Args:
        step: the open step, with `source_ranks` and `pins`.
        rules: which value survives.
        is_all: the rules changed: everything is rebuilt.
    """
    step.temporary("pinned", pinned_values_sql())
    step.temporary(
        "changed_golden",
        f"""select distinct golden_id from (
                select key as golden_id from {step.changed("membership")}
                union all
                select crosswalk.golden_id from crosswalk
                inner join record_keys using (record_id)
                where crosswalk.valid_to is null
                    and record_keys.record_key in (select cast(key as integer) from {step.changed("records")})
                union all
                select coalesce(pinned.golden_id, held.golden_id)
                from pinned
                full join (
                    select golden_id, attribute, pin_id from attribute_values where pin_id is not null
                ) as held using (golden_id, attribute, pin_id)
                where pinned.golden_id is null or held.golden_id is null
                union all
                select golden_id from crosswalk where valid_to is null and {is_all or not is_counted(step)}
            ) as named""",  # noqa: S608 - names of our own
    )
    step.temporary(
        "changed_homes",
        """select golden_id, record_id from crosswalk
           where valid_to is null and golden_id in (select golden_id from changed_golden)""",
    )
    # by place: found by the key alone, few rows of the widest table are read, and not every row of every column
    step.temporary(
        "changed_members",
        f"""select homes.golden_id, {checks_passed_sql()} as checks_passed, members.* exclude (run_id)
           from (
               select * from standardised_records where rowid in (
                   select rowid from standardised_records where record_id in (select record_id from changed_homes))
           ) as members
           inner join changed_homes as homes using (record_id)""",  # noqa: S608 - our own text
    )
    step.temporary("changed_values", attribute_values_sql(rules))
    _apply_pins(step)
    keep_old_customers(step)
    _replace(step)
    count_customers(step)
    step.mark("golden", "select golden_id from changed_golden")
    return step.count("changed_golden")


def _apply_pins(step: Step) -> None:
    """A pin survives; what it pushed aside stays, as a value that lost to it."""
    step.temporary("source_changes", source_changes_sql())
    for column in ("pinned_by varchar", "pin_id varchar", "pinned_until timestamptz", "source_changed_at timestamptz"):
        step.con.execute(f"alter table changed_values add column {column}")
    step.con.execute(
        """update changed_values set survives = false, rule = 'pin'
           from pinned
           where pinned.golden_id = changed_values.golden_id and pinned.attribute = changed_values.attribute
               and changed_values.survives"""
    )
    step.con.execute(
        """insert into changed_values by name
           select golden_id, attribute, value, true as survives, 'pin' as rule, 0 as value_rank,
               pinned_at as observed_at, pinned_by, pin_id, pinned_until, source_changed_at
           from pinned
           left join source_changes using (golden_id, attribute)
           where golden_id in (select golden_id from changed_members)"""
    )


def _replace(step: Step) -> None:
    for table in _TABLES:
        step.con.execute(f"delete from {table} where golden_id in (select golden_id from changed_golden)")  # noqa: S608
    queries = {
        "attribute_values": "select * from changed_values order by golden_id, attribute, value_rank, record_id",
        "contact_points": contact_points_sql(),
        "customers": customers_sql(),
    }
    for table, query in queries.items():
        step.con.execute(f"insert into {table} by name select *, ? as run_id from ({query})", [step.run_id])  # noqa: S608

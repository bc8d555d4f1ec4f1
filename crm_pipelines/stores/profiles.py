# ruff: noqa: S608 - the statements are built from constants
"""Activity, consent and profiles of golden customers in the warehouse."""

from crm_pipelines.activity.projection import interactions_sql, relationships_sql
from crm_pipelines.consent.state import consents_sql
from crm_pipelines.model.warehouse_tables import WAREHOUSE_TABLES
from crm_pipelines.profile.view import profiles_sql
from crm_pipelines.stores.warehouse import Step


def _members_sql(golden_ids: str) -> str:
    return f"select record_id from crosswalk where valid_to is null and golden_id in ({golden_ids})"


# Records that stand with `members` (record_id): whoever lives with one or shares the keys of an organisation, and whom
# a source tells to be related to one, by its id or by the number or name of an organisation.
_RELATED = """
    select record_id from residents
    where makes_household and home in (
        select home from residents where makes_household and record_id in (select record_id from members))
    union all
    select record_id from organisation_keys
    semi join (
        select sign, key from organisation_keys
        where not is_crowded and record_id in (select record_id from members)) as of_members using (sign, key)
    where not is_crowded
    union all
    select record_id_from from observed_relationships where record_id_to in (select record_id from members)
    union all
    select record_id_from from observed_relationships
    semi join (
        select sign as to_sign, key as to_value from organisation_keys
        where record_id in (select record_id from members)) as of_members using (to_sign, to_value)"""

# Records named by rows whose activity changed: their own, those of the rows they tell of, and those they stood with.
_OF_ACTIVITY = """
    select key as record_id from changed_activity
    union all
    select record_id from standardised_records where source_record_id in (select key from changed_activity)
    union all
    select record_id from observed_interactions where source_record_id in (select key from changed_activity)
    union all
    select record_id from consent_events where source_record_id in (select key from changed_activity)
    union all
    select record_id_from from observed_relationships
    where source_record_id in (select key from changed_activity) or record_id_to in (select key from changed_activity)
    union all"""

# Customers whose activity came from a row that tells it no more.
_LEFT = """
    union all
    select golden_id from interactions where split_part(interaction_id, '#', 1) in (select key from changed_activity)"""


def _changed_sql(*, has_activity: bool) -> str:
    """SQL of the customers that a change reaches; no table is read for an activity that nobody told of."""
    of_activity, left = (_OF_ACTIVITY, _LEFT) if has_activity else ("", "")
    return f"""
    select distinct golden_id from (
        select key as golden_id from changed_golden_keys
        union all
        select crosswalk.golden_id
        from crosswalk
        inner join (
            {of_activity}
            select record_id from told_records
            union all
            {_RELATED}
        ) as named using (record_id)
        where crosswalk.valid_to is null
        {left}
        union all
        -- whoever stands in a relationship with a customer that changed
        select golden_id_from from relationships where golden_id_to in (select key from changed_golden_keys)
    ) as named
    where golden_id is not null"""


# The live homes of whoever may stand in a relationship with `members`, whole customers: what follows joins with these
# few instead of with every record there is.
_NEARBY = f"""
    select record_id, golden_id from crosswalk
    where valid_to is null and golden_id in (
        select golden_id from crosswalk
        where valid_to is null and record_id in (
            select record_id from members
            union all
            {_RELATED}
            union all
            select record_id_to from observed_relationships where record_id_from in (select record_id from members)
            union all
            select record_id from organisation_keys
            semi join (
                select to_sign as sign, to_value as key from observed_relationships
                where record_id_from in (select record_id from members)) as told using (sign, key)))"""


def replace_profiles(step: Step) -> int:
    """Rebuild the activity, consent and profile of the customers that a change reaches; return how many changed.

    A change reaches many for whom nothing comes of it (the staff of a company, say, whose number changed): their rows
    stay as they are, and nobody hears of them.

    Args:
        step: the open step, with `ledger_consents` and `told_records`.
    """
    step.temporary("changed_golden_keys", f"select key from {step.changed('golden')}")
    has_activity = step.count(step.changed("activity")) > 0
    step.temporary("members", _members_sql("select key from changed_golden_keys"))
    step.temporary("changed_golden", _changed_sql(has_activity=has_activity))
    step.temporary("members", _members_sql("select golden_id from changed_golden"))
    step.temporary("nearby", _NEARBY)
    queries = {
        "interactions": interactions_sql(),
        "relationships": relationships_sql(),
        "consents": consents_sql(),
        "profiles": profiles_sql(),
    }
    step.temporary("moved_golden", "select key as golden_id from changed_golden_keys")
    for table, query in queries.items():
        _replace(step, table, query)
    return step.mark("customers", "select golden_id from moved_golden")


def _replace(step: Step, table: str, query: str) -> None:
    """Replace the rows of the customers at whom something differs, and add these to `moved_golden`."""
    key = "golden_id_from" if table == "relationships" else "golden_id"
    if not step.count(table):
        step.con.execute(f"insert into {table} by name select *, ? as run_id from ({query})", [step.run_id])
        step.con.execute(f"insert into moved_golden select distinct {key} from {table}")
        return
    columns = ", ".join(name for name in WAREHOUSE_TABLES[table] if name != "run_id")
    fresh = f"select {columns} from {step.temporary('fresh_rows', query)}"
    stale = f"select {columns} from {table} where {key} in (select golden_id from changed_golden)"
    stale = f"select {columns} from {step.temporary('stale_rows', stale)}"
    differing = f"({fresh} except {stale}) union all ({stale} except {fresh})"
    step.temporary("differing", f"select distinct {key} as golden_id from ({differing})")
    moved = f"where {key} in (select golden_id from differing)"
    step.con.execute(f"delete from {table} {moved}")
    step.con.execute(f"insert into {table} by name select *, ? as run_id from ({fresh}) {moved}", [step.run_id])
    step.con.execute("insert into moved_golden select golden_id from differing")

# ruff: noqa: S608 - the statements are built from constants
"""Activity, consent and profiles of golden customers in the warehouse."""

from crm_pipelines.activity.projection import interactions_sql, relationships_sql
from crm_pipelines.consent.state import consents_sql
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

_CHANGED = f"""
    select distinct golden_id from (
        select key as golden_id from changed_golden_keys
        union all
        -- a row whose activity changed: its own records, those of the rows it tells of, and those it stood with
        select crosswalk.golden_id
        from crosswalk
        inner join (
            select key as record_id from changed_activity
            union all
            select record_id from standardised_records
            where source_record_id in (select key from changed_activity)
            union all
            select record_id from observed_interactions where source_record_id in (select key from changed_activity)
            union all
            select record_id from consent_events where source_record_id in (select key from changed_activity)
            union all
            select record_id_from from observed_relationships
            where source_record_id in (select key from changed_activity)
                or record_id_to in (select key from changed_activity)
            union all
            select record_id from told_records
            union all
            {_RELATED}
        ) as named using (record_id)
        where crosswalk.valid_to is null
        union all
        -- customers whose activity came from a row that tells it no more
        select golden_id from interactions
        where split_part(interaction_id, '#', 1) in (select key from changed_activity)
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
    """Rebuild the activity, consent and profile of the customers that a change reaches; return how many.

    Args:
        step: the open step, with `ledger_consents` and `told_records`.
    """
    step.temporary("changed_golden_keys", f"select key from {step.changed('golden')}")
    step.changed("activity")
    step.temporary("members", _members_sql("select key from changed_golden_keys"))
    step.temporary("changed_golden", _CHANGED)
    step.temporary("members", _members_sql("select golden_id from changed_golden"))
    step.temporary("nearby", _NEARBY)
    queries = {
        "interactions": interactions_sql(),
        "relationships": relationships_sql(),
        "consents": consents_sql(),
        "profiles": profiles_sql(),
    }
    for table, query in queries.items():
        key = "golden_id_from" if table == "relationships" else "golden_id"
        step.con.execute(f"delete from {table} where {key} in (select golden_id from changed_golden)")
        step.con.execute(f"insert into {table} by name select *, ? as run_id from ({query})", [step.run_id])
    step.mark("customers", "select golden_id from changed_golden")
    return step.count("changed_golden")

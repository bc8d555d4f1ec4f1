"""Activity, consent and profiles of golden customers in the warehouse."""

from crm_pipelines.activity.projection import interactions_sql, relationships_sql
from crm_pipelines.consent.state import consents_sql
from crm_pipelines.profile.view import profiles_sql
from crm_pipelines.stores.warehouse import Step

_CHANGED = """
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
        ) as named using (record_id)
        where crosswalk.valid_to is null
        union all
        -- customers whose activity came from a row that tells it no more
        select golden_id from interactions
        where split_part(interaction_id, '#', 1) in (select key from changed_activity)
        union all
        -- whoever stands in a relationship with a customer that changed
        select golden_id_from from relationships where golden_id_to in (select key from changed_golden_keys)
        union all
        select here.golden_id
        from observed_relationships as observed
        inner join crosswalk as there on there.record_id = observed.record_id_to and there.valid_to is null
        inner join crosswalk as here on here.record_id = observed.record_id_from and here.valid_to is null
        where there.golden_id in (select key from changed_golden_keys)
        union all
        -- whoever lives with one that changed, or shares the keys of an organisation that did
        select there.golden_id
        from residents as one
        inner join crosswalk as here on here.record_id = one.record_id and here.valid_to is null
        inner join residents as other on other.home = one.home
        inner join crosswalk as there on there.record_id = other.record_id and there.valid_to is null
        where one.makes_household and other.makes_household
            and here.golden_id in (select key from changed_golden_keys)
        union all
        select there.golden_id
        from organisation_keys as one
        inner join crosswalk as here on here.record_id = one.record_id and here.valid_to is null
        inner join organisation_keys as other on other.sign = one.sign and other.key = one.key
        inner join crosswalk as there on there.record_id = other.record_id and there.valid_to is null
        where not one.is_crowded and not other.is_crowded
            and here.golden_id in (select key from changed_golden_keys)
        union all
        -- whoever a source relates to an organisation by the number or name of one that changed
        select here.golden_id
        from observed_relationships as observed
        inner join organisation_keys as keys on keys.sign = observed.to_sign and keys.key = observed.to_value
        inner join crosswalk as there on there.record_id = keys.record_id and there.valid_to is null
        inner join crosswalk as here on here.record_id = observed.record_id_from and here.valid_to is null
        where there.golden_id in (select key from changed_golden_keys)
    ) as named
    where golden_id is not null"""


def replace_profiles(step: Step) -> int:
    """Rebuild the activity, consent and profile of the customers that a change reaches; return how many.

    Args:
        step: the open step, with `ledger_consents` and `told_records`.
    """
    step.temporary("changed_golden_keys", f"select key from {step.changed('golden')}")  # noqa: S608 - constant name
    step.changed("activity")
    step.temporary("changed_golden", _CHANGED)
    queries = {
        "interactions": interactions_sql(),
        "relationships": relationships_sql(),
        "consents": consents_sql(),
        "profiles": profiles_sql(),
    }
    for table, query in queries.items():
        key = "golden_id_from" if table == "relationships" else "golden_id"
        step.con.execute(f"delete from {table} where {key} in (select golden_id from changed_golden)")  # noqa: S608
        step.con.execute(f"insert into {table} by name select *, ? as run_id from ({query})", [step.run_id])  # noqa: S608
    step.mark("customers", "select golden_id from changed_golden")
    return step.count("changed_golden")

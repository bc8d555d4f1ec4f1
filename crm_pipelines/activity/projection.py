# ruff: noqa: S608 - the statements are built from constants
"""What happened with whom: interactions and relationships recorded on records, projected to golden customers."""

from crm_pipelines.activity.households import households_sql
from crm_pipelines.activity.organisations import named_organisations_sql, organisations_sql


def interactions_sql() -> str:
    """SQL for the rows of `interactions` of the customers in `changed_golden`, sorted by customer and time.

    An interaction of a record that is no live customer's (a ticket whose requester was set aside) belongs to nobody
    and is not shown; it stays in `observed_interactions` and comes back with its record.
    """
    return """
        select
            crosswalk.golden_id, observed.interaction_id, observed.source_system, observed.source_id, observed.channel,
            observed.happened_at, observed.direction, observed.subject, observed.body, observed.amount,
            observed.currency, observed.status, observed.thread, observed.campaign, observed.score
        from observed_interactions as observed
        inner join crosswalk on crosswalk.record_id = observed.record_id and crosswalk.valid_to is null
        where crosswalk.golden_id in (select golden_id from changed_golden)
        order by crosswalk.golden_id, observed.happened_at, observed.interaction_id"""


def relationships_sql() -> str:
    """SQL for the rows of `relationships` from the customers in `changed_golden`, sorted, each with its evidence.

    Reads `nearby` (record_id, golden_id): the live homes of all records of these customers, of whoever shares a home
    or the keys of an organisation with them, and of whom sources tell that they are related.
    One row per two customers and a kind; a relationship of a customer with itself (a one-man firm that became one
    customer with its owner) is none. `since` is what a source says; what was found by itself says nothing of time.
    """
    return f"""
        with told as (
            select
                here.golden_id as golden_id_from, observed.kind, there.golden_id as golden_id_to,
                [if(starts_with(observed.record_id_to, observed.source_record_id || '#')
                    or starts_with(observed.record_id_from, observed.source_record_id || '#'),
                    'same_row', 'told_by_source')] as evidence,
                cast([] as varchar[]) as keys,
                [observed.record_id_from] as record_ids_from, [observed.record_id_to] as record_ids_to, observed.since
            from observed_relationships as observed
            inner join nearby as here on here.record_id = observed.record_id_from
            inner join nearby as there on there.record_id = observed.record_id_to
            where here.golden_id in (select golden_id from changed_golden) and here.golden_id <> there.golden_id
        ),

        found as (
            select * from told
            union all by name
            select * from ({named_organisations_sql()})
            union all by name
            select * from ({households_sql()})
            union all by name
            select * from ({organisations_sql()})
        )

        select
            golden_id_from, kind, golden_id_to, min(since) as since,
            {_union("evidence")}, {_union("keys")}, {_union("record_ids_from")}, {_union("record_ids_to")}
        from found
        group by golden_id_from, kind, golden_id_to
        order by golden_id_from, kind, golden_id_to"""


def _union(column: str) -> str:
    """The members of a list over all rows of a group, each once, sorted."""
    return f"list_sort(list_distinct(flatten(list({column})))) as {column}"

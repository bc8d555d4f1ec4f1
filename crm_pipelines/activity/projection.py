"""What happened with whom: interactions and relationships recorded on records, projected to golden customers."""


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
    """SQL for the rows of `relationships` from the customers in `changed_golden`, sorted.

    One row per two customers and a kind; a relationship of a customer with itself (a one-man firm that became one
    customer with its owner) is none.
    """
    return """
        select
            here.golden_id as golden_id_from, observed.kind, there.golden_id as golden_id_to,
            min(observed.since) as since
        from observed_relationships as observed
        inner join crosswalk as here on here.record_id = observed.record_id_from and here.valid_to is null
        inner join crosswalk as there on there.record_id = observed.record_id_to and there.valid_to is null
        where here.golden_id in (select golden_id from changed_golden) and here.golden_id <> there.golden_id
        group by here.golden_id, observed.kind, there.golden_id
        order by here.golden_id, observed.kind, there.golden_id"""

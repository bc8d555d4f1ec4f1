"""The 360 view of a golden customer: who it is, when we met, what it agreed to."""


def profiles_sql() -> str:
    """SQL for the rows of `profiles` of the customers in `changed_golden`; one row per golden customer, sorted.

    Reads `customers`, `interactions`, `consents` and `relationships`. Amounts are summed per currency over the
    interactions of channel `purchase` and written as text, so that no money passes through a float.
    """
    return """
        with by_channel as (
            select
                golden_id, channel, count(*) as n_contacts, min(happened_at) as first_at, max(happened_at) as last_at
            from interactions
            where golden_id in (select golden_id from changed_golden)
            group by golden_id, channel
        ),

        contacts as (
            select
                golden_id,
                cast(sum(n_contacts) as bigint) as interaction_count,
                min(first_at) as first_contact_at,
                max(last_at) as last_contact_at,
                cast(to_json(map(
                    list(channel order by channel),
                    list({'count': n_contacts, 'first_at': first_at, 'last_at': last_at} order by channel)
                )) as varchar) as contacts_by_channel
            from by_channel
            group by golden_id
        ),

        money as (
            select golden_id, sum(n_orders) as order_count,
                cast(to_json(map(
                    list(currency order by currency), list(cast(total as varchar) order by currency)
                )) as varchar) as order_amounts
            from (
                select golden_id, coalesce(currency, '?') as currency, count(*) as n_orders, sum(amount) as total
                from interactions
                where channel = 'purchase' and golden_id in (select golden_id from changed_golden)
                group by golden_id, coalesce(currency, '?')
            ) as by_currency
            group by golden_id
        ),

        agreed as (
            select
                golden_id,
                list_sort(list(purpose || '/' || channel) filter (where granted)) as consents_granted,
                list_sort(list(purpose || '/' || channel) filter (where not granted)) as consents_refused
            from consents
            where golden_id in (select golden_id from changed_golden)
            group by golden_id
        ),

        related as (
            select golden_id_from as golden_id, count(*) as relationship_count
            from relationships
            where golden_id_from in (select golden_id from changed_golden)
            group by golden_id_from
        )

        select
            customers.golden_id, customers.customer_type, customers.display_name, customers.record_count,
            customers.source_systems,
            coalesce(contacts.interaction_count, 0) as interaction_count,
            contacts.first_contact_at, contacts.last_contact_at, contacts.contacts_by_channel,
            cast(coalesce(money.order_count, 0) as bigint) as order_count, money.order_amounts,
            coalesce(related.relationship_count, 0) as relationship_count,
            coalesce(agreed.consents_granted, []) as consents_granted,
            coalesce(agreed.consents_refused, []) as consents_refused
        from customers
        left join contacts on contacts.golden_id = customers.golden_id
        left join money on money.golden_id = customers.golden_id
        left join agreed on agreed.golden_id = customers.golden_id
        left join related on related.golden_id = customers.golden_id
        where customers.golden_id in (select golden_id from changed_golden)
        order by customers.golden_id"""

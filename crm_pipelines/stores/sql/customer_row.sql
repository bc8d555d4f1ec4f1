-- a living customer with what its profile counts and the ids that lead to it
select
    customers.golden_id,
    customers.customer_type,
    customers.display_name,
    if(customers.customer_type = 'person', customers.name_kana, customers.organisation_name_kana) as reading,
    customers.record_count,
    customers.source_systems,
    customers.first_seen_at,
    customers.last_seen_at,
    coalesce((
        select list(golden_id order by golden_id) from redirects
        where redirects_to = $golden_id and valid_to is null
    ), []) as former_ids,
    coalesce(profiles.interaction_count, 0) as interaction_count,
    coalesce(profiles.order_count, 0) as order_count,
    profiles.order_amounts,
    profiles.contacts_by_channel
from customers
left join profiles on profiles.golden_id = customers.golden_id
where customers.golden_id = $golden_id
order by customers.golden_id

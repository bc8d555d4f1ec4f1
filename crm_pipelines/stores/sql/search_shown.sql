-- what a search result shows of a customer, and by which keys it is found: a function of the published rows
select
    wanted.customer,
    customers.golden_id,
    customers.customer_type,
    customers.display_name,
    if(customers.customer_type = 'person', customers.name_kana, customers.organisation_name_kana) as reading,
    if(customers.customer_type = 'person', customers.organisation_name, null) as company,
    cities.city,
    customers.email,
    customers.phone,
    customers.record_count,
    strftime(timezone('UTC', customers.last_seen_at), '%Y-%m-%dT%H:%M:%S+00:00') as last_seen_at,
    found.keys
from temp.wanted as wanted
inner join customers on customers.golden_id = wanted.golden_id
left join (
    select customer, string_agg(kind || key, chr(31)) as keys
    from temp.search_keys
    group by customer
) as found on found.customer = wanted.customer
left join (
    select
        customers.golden_id,
        first(told.city order by (told.address is not distinct from customers.address) desc, told.record_id) as city
    from temp.wanted as wanted
    inner join customers on customers.golden_id = wanted.golden_id
    inner join crosswalk on crosswalk.golden_id = wanted.golden_id and crosswalk.valid_to is null
    inner join standardised_records as told on told.record_id = crosswalk.record_id
    where told.city is not null
    group by customers.golden_id
) as cities on cities.golden_id = wanted.golden_id
order by wanted.customer

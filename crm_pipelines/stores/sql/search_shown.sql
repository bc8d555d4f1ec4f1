-- what a search result shows of a customer: a function of the published rows
select
    customers.golden_id,
    customers.customer_type,
    customers.display_name,
    if(customers.customer_type = 'person', customers.name_kana, customers.organisation_name_kana) as reading,
    if(customers.customer_type = 'person', customers.organisation_name, null) as company,
    (
        select first(told.city order by (told.address is not distinct from customers.address) desc, told.record_id)
        from crosswalk
        inner join standardised_records as told on told.record_id = crosswalk.record_id
        where crosswalk.golden_id = customers.golden_id and crosswalk.valid_to is null and told.city is not null
    ) as city,
    customers.email,
    customers.phone,
    customers.record_count,
    strftime(timezone('UTC', customers.last_seen_at), '%Y-%m-%dT%H:%M:%S+00:00') as last_seen_at
from customers
where true /* wanted */
order by customers.golden_id

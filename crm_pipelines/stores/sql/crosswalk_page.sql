-- the live records of the customers behind a golden id, customer by customer
select record_id, golden_id, source_system, source_id, observation, valid_from as since
from crosswalk
where valid_to is null and golden_id in (
    select distinct golden_id
    from crosswalk
    where valid_to is null and golden_id > $after
    order by golden_id
    limit $n_customers
)
order by golden_id, record_id

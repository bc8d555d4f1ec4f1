-- the runs that wrote rows which the search index is made from
select distinct run_id
from (
    select run_id from customers
    union all
    select run_id from crosswalk
    union all
    select run_id from standardised_records
    union all
    select run_id from redirects
) as written
where run_id is not null
order by run_id

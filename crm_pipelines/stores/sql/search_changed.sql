-- customers whose rows are not those that the index was made from: rows say which run wrote them
select distinct golden_id
from (
    select golden_id from changes where seq > $seq
    union all
    select golden_id from customers where run_id not in (select run_id from temp.known_runs)
    union all
    select golden_id from crosswalk where run_id not in (select run_id from temp.known_runs)
    union all
    select crosswalk.golden_id
    from standardised_records as told
    inner join crosswalk on crosswalk.record_id = told.record_id
    where crosswalk.valid_to is null and told.run_id not in (select run_id from temp.known_runs)
    union all
    select unnest([golden_id, redirects_to]) from redirects where run_id not in (select run_id from temp.known_runs)
) as named
order by golden_id

-- records that were published and live no more
select distinct record_id
from (
    select record_id from main.record_keys
    where record_key in (select cast(key as integer) from temp.changed_records)
    union all
    select record_id from candidate.standardised_records where $is_full
) as named
where record_id not in (select record_id from main.standardised_records)

-- records that were published and live no more; those that live are looked up among the named, so that the small set is
-- the one that is kept in memory
select record_id
from temp.named_records
where record_id not in (
    select record_id from main.standardised_records where record_id in (select record_id from temp.named_records)
)

-- retired ids whose last members moved in this batch, or which the batch names
select distinct golden_id
from (
    select closed.golden_id
    from crosswalk as closed
    where closed.valid_to is not null and closed.record_id in (select record_id from movements)
    union all
    select golden_id from batch_events
) as named

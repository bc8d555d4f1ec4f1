-- ids that the batch names, those whose last members moved in it, and those that redirect to an id that it names
select distinct golden_id
from (
    select closed.golden_id
    from crosswalk as closed
    where closed.valid_to is not null and closed.record_id in (select record_id from movements)
    union all
    select golden_id from batch_events
    union all
    select golden_id from redirects
    where valid_to is null and redirects_to in (select golden_id from batch_events)
) as named

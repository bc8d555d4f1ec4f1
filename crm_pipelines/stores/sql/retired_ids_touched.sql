-- ids that the batch names, those whose last members moved in it, those that redirect to an id that it names, and those
-- that merged into one that lives again, by way of others too: their redirects had ended with it
with recursive merged_into as (
    select golden_id from batch_events where event = 'revived'
    union
    select merged.golden_id
    from identity_log as merged
    inner join merged_into on merged_into.golden_id = merged.to_golden_id
    where merged.event = 'merged'
)

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
    union all
    select golden_id from merged_into
) as named

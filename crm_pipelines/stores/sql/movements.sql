-- where the events of one batch put each record: an id, or null for nowhere; a gain outweighs a loss
select record_id, max(golden_id) as golden_id
from (
    select
        unnest(record_ids) as record_id,
        case when event in ('minted', 'extended', 'revived') then golden_id end as golden_id
    from batch_events
    where event in ('minted', 'extended', 'revived', 'reduced', 'retired', 'erased')
)
group by record_id
order by record_id

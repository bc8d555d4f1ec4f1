-- one step outwards from the records reached: over joining edges, over old clusters, over what people put together
select distinct next.record_key
from (
    select scored_pairs.record_key_r as record_key
    from scored_pairs
    inner join frontier on frontier.record_key = scored_pairs.record_key_l
    where scored_pairs.band = 'AUTO_MATCH'
    union all
    select scored_pairs.record_key_l
    from scored_pairs
    inner join frontier on frontier.record_key = scored_pairs.record_key_r
    where scored_pairs.band = 'AUTO_MATCH'
    union all
    select mates.record_key
    from clusters as own
    inner join frontier on frontier.record_key = own.record_key
    inner join clusters as mates on mates.cluster_id = own.cluster_id
    union all
    select others.record_key
    from demanded as own
    inner join frontier on frontier.record_key = own.record_key
    inner join demanded as others on others.group_number = own.group_number
) as next
where next.record_key not in (select record_key from reached)

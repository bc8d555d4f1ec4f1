-- mates of the records just found, in their clusters and in their golden customers
select distinct mates.record_id
from (
    select others.record_id
    from new_at_hand
    inner join clusters as own on own.record_id = new_at_hand.record_id
    inner join clusters as others on others.cluster_id = own.cluster_id
    union all
    select others.record_id
    from new_at_hand
    inner join crosswalk as own on own.record_id = new_at_hand.record_id and own.valid_to is null
    inner join crosswalk as others on others.golden_id = own.golden_id and others.valid_to is null
) as mates
where mates.record_id not in (select record_id from at_hand)

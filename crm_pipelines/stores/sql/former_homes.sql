-- ids under which the records at hand stood before, latest first: whether the id lives, and, where it has retired, whether
-- they stood there when it did
select
    former.record_id,
    former.golden_id,
    ids.lives,
    not ids.lives and former.valid_to = ids.ended_at as is_last,
    epoch_us(former.valid_from) as began,
    epoch_us(former.valid_to) as ended
from crosswalk as former
inner join (
    select golden_id, max(valid_to) as ended_at, count(*) > count(valid_to) as lives
    from crosswalk
    where golden_id in (
        select golden_id from crosswalk where valid_to is not null and record_id in (select record_id from at_hand))
    group by golden_id
) as ids on ids.golden_id = former.golden_id
where former.valid_to is not null and former.record_id in (select record_id from at_hand)
order by former.record_id, former.valid_to desc, former.valid_from desc, former.golden_id

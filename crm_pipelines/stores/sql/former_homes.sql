-- retired ids under which the records at hand stood, latest first, and whether they stood there when the id retired
select former.record_id, former.golden_id, former.valid_to = retired.retired_at as is_last
from crosswalk as former
inner join (
    select golden_id, max(valid_to) as retired_at
    from crosswalk
    where golden_id in (
        select golden_id from crosswalk where valid_to is not null and record_id in (select record_id from at_hand))
    group by golden_id
    having count(*) = count(valid_to)
) as retired on retired.golden_id = former.golden_id
where former.record_id in (select record_id from at_hand)
order by former.record_id, former.valid_to desc, former.valid_from desc, former.golden_id

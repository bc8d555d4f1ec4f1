-- the live customers that hold any of some records -> all their records, sorted
select golden_id, list(record_id order by record_id) as record_ids
from crosswalk
where
    valid_to is null
    and golden_id in (
        select golden_id
        from homes
        where record_id in (select unnest(cast($records as varchar[])))
    )
group by golden_id
order by golden_id

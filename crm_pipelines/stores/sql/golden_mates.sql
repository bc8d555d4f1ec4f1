-- the records that live under the same golden ids as some records
select mates.record_id
from crosswalk as mates
where mates.valid_to is null
    and mates.golden_id in (select golden_id from homes where record_id in (select unnest($records)))
order by mates.record_id

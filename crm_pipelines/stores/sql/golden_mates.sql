-- the records that live under the same golden ids as some records
select distinct mates.record_id
from crosswalk as own
inner join crosswalk as mates on mates.golden_id = own.golden_id and mates.valid_to is null
where own.valid_to is null and own.record_id in (select unnest($records))
order by mates.record_id

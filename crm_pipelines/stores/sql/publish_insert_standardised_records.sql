-- and come back as they stand
insert into candidate.standardised_records by name
select * exclude (record_key)
from main.standardised_records
where record_key in (select cast(key as integer) from temp.changed_records)
order by record_id

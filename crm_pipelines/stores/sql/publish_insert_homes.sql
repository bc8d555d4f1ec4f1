-- and come back where they live now
insert into candidate.homes by name
select record_id, golden_id, run_id
from main.crosswalk
where valid_to is null and golden_id in (select key from temp.changed_customers)
order by record_id

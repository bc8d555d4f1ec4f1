-- the live records of some customers
select record_id, golden_id, source_system, source_id, observation, valid_from as since
from crosswalk
where valid_to is null and golden_id in (select unnest($golden_ids))
order by golden_id, record_id

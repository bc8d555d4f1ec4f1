-- the golden ids that a record has stood under, the oldest first
select golden_id, valid_from, valid_to
from crosswalk
where record_id = $record_id
order by valid_from, valid_to nulls last

-- record id -> the customer under whom it lives
select crosswalk.record_id, crosswalk.golden_id, customers.display_name
from crosswalk
left join customers on customers.golden_id = crosswalk.golden_id
where crosswalk.valid_to is null and crosswalk.record_id in (select unnest($records))
order by crosswalk.record_id

-- record id -> the customer under whom it lives
select record_id, golden_id
from homes
where record_id in (select unnest(cast($records as varchar[])))
order by record_id

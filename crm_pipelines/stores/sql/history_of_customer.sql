-- what happened to a golden id, in the order of the log
select happened_at, event, reason, len(record_ids) as n_records, to_golden_id
from identity_log
where golden_id = $golden_id
order by position

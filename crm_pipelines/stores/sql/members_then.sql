-- the records that stood under some golden ids just before a moment, and where each lives now
select past.golden_id, past.record_id, live.golden_id as golden_id_now
from crosswalk as past
left join crosswalk as live on live.record_id = past.record_id and live.valid_to is null
where list_contains($golden_ids, past.golden_id)
    and past.valid_from < $moment and (past.valid_to is null or past.valid_to >= $moment)
order by past.golden_id, past.record_id

-- one row per thing that would happen to ids, and why: how many ids
select event, coalesce(cause, 'data') as cause, count(distinct golden_id) as n_ids
from "after".identity_log
where position > (select coalesce(max(position), 0) from "before".identity_log)
group by all
order by event, cause

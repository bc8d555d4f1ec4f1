-- some ids of each thing that would happen, those of the most records first
with fresh as (
    select golden_id, event, cause, to_golden_id, len(record_ids) as n_records, position
    from "after".identity_log
    where position > (select coalesce(max(position), 0) from "before".identity_log)
)

select
    fresh.event,
    fresh.golden_id,
    fresh.to_golden_id as other_id,
    fresh.n_records,
    coalesce(fresh.cause, 'data') as cause,
    coalesce(old.display_name, new.display_name) as display_name
from fresh
left join "before".customers as old using (golden_id)
left join "after".customers as new using (golden_id)
qualify row_number() over (partition by fresh.event order by fresh.n_records desc, fresh.golden_id, fresh.position)
    <= $most
order by fresh.event, fresh.n_records desc, fresh.golden_id, fresh.position

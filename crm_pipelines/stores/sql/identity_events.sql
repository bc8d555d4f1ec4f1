-- what happened to a golden id, in the order of the log, with the ids that its records came from or went to
select
    told.position,
    told.happened_at,
    told.event,
    told.reason,
    told.cause,
    told.record_ids,
    case
        when told.to_golden_id is not null then [told.to_golden_id]
        else coalesce((
            select list_sort(list(distinct lost.golden_id))
            from identity_log as lost
            where lost.to_golden_id = told.golden_id
                and lost.run_id = told.run_id
                and lost.happened_at = told.happened_at
        ), [])
    end as other_ids,
    told.run_id,
    told.model_version
from identity_log as told
where told.golden_id = $golden_id
order by told.position

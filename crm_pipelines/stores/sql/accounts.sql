-- both accounting identities per source: rows delivered in this run by what became of them, live rows before and after
with delivered as (
    select
        source_system,
        count(*) as received,
        count(*) filter (where disposition = 'new') as new,
        count(*) filter (where disposition = 'restored') as restored,
        count(*) filter (where disposition = 'changed') as changed,
        count(*) filter (where disposition = 'unchanged') as unchanged,
        count(*) filter (where disposition = 'superseded') as superseded,
        count(*) filter (where disposition = 'activity') as activity,
        count(*) filter (where disposition = 'set_aside') as set_aside,
        count(*) filter (where disposition = 'quarantined') as quarantined,
        count(*) filter (where disposition = 'suppressed') as suppressed
    from deliveries
    where run_id = $run_id and not is_absence
    group by source_system
),

moved as (
    select
        source_system,
        count(*) filter (
            where live_hash_before is null and live_hash_after is not null and not is_delivered
        ) as released,
        count(*) filter (
            where live_hash_before is not null and live_hash_after is null and outcome <> 'suppressed'
        ) as deleted,
        count(*) filter (
            where live_hash_before is not null and live_hash_after is null and outcome = 'suppressed'
        ) as newly_suppressed
    from settlements_accounted
    group by source_system
),

live as (
    select source_system, count(distinct source_record_id) as live_after
    from standardised_records
    group by source_system
)

select
    named.source_system,
    coalesce(delivered.received, 0) as received,
    coalesce(delivered.new, 0) as new,
    coalesce(delivered.restored, 0) as restored,
    coalesce(delivered.changed, 0) as changed,
    coalesce(delivered.unchanged, 0) as unchanged,
    coalesce(delivered.superseded, 0) as superseded,
    coalesce(delivered.activity, 0) as activity,
    coalesce(delivered.set_aside, 0) as set_aside,
    coalesce(delivered.quarantined, 0) as quarantined,
    coalesce(delivered.suppressed, 0) as suppressed,
    coalesce(before.live_before, 0) as live_before,
    coalesce(moved.released, 0) as released,
    coalesce(moved.deleted, 0) as deleted,
    0 as erased,
    coalesce(moved.newly_suppressed, 0) as newly_suppressed,
    coalesce(live.live_after, 0) as live_after
from (
    select source_system from source_records
    union
    select source_system from live_before
) as named
left join delivered on delivered.source_system = named.source_system
left join moved on moved.source_system = named.source_system
left join live on live.source_system = named.source_system
left join live_before as before on before.source_system = named.source_system
order by named.source_system

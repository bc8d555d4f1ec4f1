-- both accounting identities per source: rows delivered in this run by what became of them, live rows before and after
with dispositions as (
    select source_system, disposition, count(*) as n_rows
    from deliveries
    where run_id = $run_id and not is_absence
    group by source_system, disposition
    union all
    select source_system, disposition, sum(n_rows) as n_rows
    from counted_mentions
    where run_id = $run_id
    group by source_system, disposition
),

delivered as (
    select
        source_system,
        sum(n_rows) as received,
        sum(n_rows) filter (where disposition = 'new') as new,
        sum(n_rows) filter (where disposition = 'restored') as restored,
        sum(n_rows) filter (where disposition = 'changed') as changed,
        sum(n_rows) filter (where disposition = 'unchanged') as unchanged,
        sum(n_rows) filter (where disposition = 'superseded') as superseded,
        sum(n_rows) filter (where disposition = 'activity') as activity,
        sum(n_rows) filter (where disposition = 'set_aside') as set_aside,
        sum(n_rows) filter (where disposition = 'quarantined') as quarantined,
        sum(n_rows) filter (where disposition = 'suppressed') as suppressed
    from dispositions
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
    cast(coalesce(delivered.received, 0) as bigint) as received,
    cast(coalesce(delivered.new, 0) as bigint) as new,
    cast(coalesce(delivered.restored, 0) as bigint) as restored,
    cast(coalesce(delivered.changed, 0) as bigint) as changed,
    cast(coalesce(delivered.unchanged, 0) as bigint) as unchanged,
    cast(coalesce(delivered.superseded, 0) as bigint) as superseded,
    cast(coalesce(delivered.activity, 0) as bigint) as activity,
    cast(coalesce(delivered.set_aside, 0) as bigint) as set_aside,
    cast(coalesce(delivered.quarantined, 0) as bigint) as quarantined,
    cast(coalesce(delivered.suppressed, 0) as bigint) as suppressed,
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

-- every run as a whole (source null) and per source, with its accounts
select
    run_log.run_id, cast(null as varchar) as source_system, run_log.is_rebuild,
    cast(sum(received) as bigint) as received, cast(sum(new) as bigint) as new, cast(sum(restored) as bigint) as restored,
    cast(sum(changed) as bigint) as changed, cast(sum(unchanged) as bigint) as unchanged,
    cast(sum(superseded) as bigint) as superseded, cast(sum(activity) as bigint) as activity,
    cast(sum(set_aside) as bigint) as set_aside, cast(sum(quarantined) as bigint) as quarantined,
    cast(sum(suppressed) as bigint) as suppressed, cast(sum(live_before) as bigint) as live_before,
    cast(sum(released) as bigint) as released, cast(sum(deleted) as bigint) as deleted,
    cast(sum(erased) as bigint) as erased, cast(sum(newly_suppressed) as bigint) as newly_suppressed,
    cast(sum(live_after) as bigint) as live_after,
    run_log.started_at, run_log.ended_at, run_log.outcome, run_log.reason_code, run_log.reason_facts
from run_log
left join accounts on accounts.run_id = run_log.run_id
group by all
union all
select
    accounts.*, run_log.started_at, run_log.ended_at, run_log.outcome, run_log.reason_code, run_log.reason_facts
from accounts
inner join run_log on run_log.run_id = accounts.run_id
order by started_at, run_id, source_system nulls first

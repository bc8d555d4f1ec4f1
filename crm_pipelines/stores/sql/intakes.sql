-- per source since the last publication: rows with news that can be read, why others of them are held back; and, where
-- rows were read anew without having been delivered, all its rows and why any of them was held back
with since as (
    select run_id
    from run_log
    where started_at > coalesce(
        (select max(started_at) from run_log where outcome in ('succeeded', 'source_failed')),
        timestamptz '1970-01-01 00:00:00+00'
    )
),

held as (
    select
        quarantine.source_system,
        quarantine.reason_code,
        source_records.run_id in (select run_id from since) as is_delivered
    from quarantine
    inner join source_records on source_records.source_record_id = quarantine.source_record_id
    -- what somebody dropped on purpose is no sign of a bad batch
    where quarantine.run_id in (select run_id from since) and quarantine.reason_code <> 'row.dropped'
),

readable as (
    select source_system, sum(received - unchanged - quarantined) as n_readable
    from accounts
    where run_id in (select run_id from since)
    group by source_system
),

reasons as (
    select
        source_system,
        list(reason_code) filter (where is_delivered) as of_delivered,
        list(reason_code) as of_all,
        bool_or(not is_delivered) as is_read_anew
    from held
    group by source_system
),

everything as (
    select source_system, count(*) as n_rows
    from source_records
    where not is_deleted and source_system in (select source_system from reasons where is_read_anew)
    group by source_system
)

select
    readable.source_system,
    cast(readable.n_readable as bigint) as n_readable,
    reasons.of_delivered,
    coalesce(everything.n_rows, 0) as n_all,
    case when reasons.is_read_anew then reasons.of_all end as of_all
from readable
left join reasons on reasons.source_system = readable.source_system
left join everything on everything.source_system = readable.source_system
order by readable.source_system

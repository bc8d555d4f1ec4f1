-- the last version of each key among the arrivals. It is the first of the trailing rows that say the same, so that
-- batches applied together and batches applied one by one give the same places and times
with ordered as (
    select
        *,
        last_value(version_hash) over (
            partition by source_record_id order by batch, row_number
            rows between unbounded preceding and unbounded following
        ) as last_hash,
        min(delivered_at) over (partition by source_record_id) as first_delivered_at
    from arrivals
),

trailing_rows as (
    select
        *,
        max((batch, row_number)) filter (where version_hash <> last_hash)
            over (partition by source_record_id) as last_other_place
    from ordered
),

latest as (
    select *, last_other_place is not null as has_changed_meanwhile
    from trailing_rows
    where last_other_place is null or (batch, row_number) > last_other_place
    qualify row_number() over (partition by source_record_id order by batch, row_number) = 1
)

select
    latest.source_record_id, latest.source_system, latest.source_id, latest.stream, latest.payload, latest.position,
    latest.fault_code, latest.fault_facts, latest.version_hash, latest.batch, latest.row_number, latest.is_deleted,
    coalesce(known.first_delivered_at, latest.first_delivered_at) as first_delivered_at,
    latest.delivered_at,
    latest.has_changed_meanwhile
        or known.version_hash is distinct from latest.version_hash
        or known.is_deleted is distinct from latest.is_deleted as is_news
from latest
left join source_records as known on known.source_record_id = latest.source_record_id

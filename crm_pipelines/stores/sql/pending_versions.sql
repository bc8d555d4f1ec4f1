-- every version that waits: delivered and not yet accounted for, of a source whose rows now mean
-- something else, or corrected by somebody.
-- Rows that follow each other and say the same are one version, which dates from the first of them; the others are
-- repeats and are not read. Place 1 is the newest version of its record; an absence counts as one that deletes.
-- `is_known` marks the version that the last interpretation saw
with delivered as (
    select
        *,
        coalesce(
            (version_hash, is_deleted, is_absence)
            = lag((version_hash, is_deleted, is_absence)) over (partition by source_record_id order by batch, row_number),
            false
        ) as repeats_earlier,
        coalesce(
            (version_hash, is_deleted, is_absence)
            = lead((version_hash, is_deleted, is_absence)) over (partition by source_record_id order by batch, row_number),
            false
        ) as is_repeat
    from deliveries
    where disposition is null
),

numbered as (
    select
        *,
        sum(cast(not repeats_earlier as integer)) over (
            partition by source_record_id order by batch, row_number rows unbounded preceding
        ) as version_number
    from delivered
),

versions as (
    select
        source_record_id, source_system, source_id, stream, payload,
        first_value(position) over one_version as position,
        fault_code,
        first_value(fault_facts) over one_version as fault_facts,
        version_hash, batch, row_number, is_deleted, is_absence,
        first_value(delivered_at) over one_version as delivered_at,
        false as is_replay, is_repeat, version_number
    from numbered
    window one_version as (partition by source_record_id, version_number order by batch, row_number)
    union all
    select
        source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts, version_hash,
        batch, row_number, is_deleted, false, delivered_at, true, false, 1
    from source_records
    where rowid in (  -- each side by itself: behind an `or` every row would be looked at
            select rowid from source_records where source_system in (select source_system from changed_meanings)
            union all
            select rowid from source_records
            where source_record_id in (select source_record_id from changed_corrections)
        )
        and not is_deleted
        and source_record_id not in (select source_record_id from deliveries where disposition is null)
),

placed as (
    select
        *,
        max(version_number) over (partition by source_record_id) - version_number + 1 as number_from_last
    from versions
)

select
    placed.* exclude (delivered_at, position, version_number, number_from_last),
    -- the newest version may go on from rows that were accounted for before: then it dates from those
    case when number_from_last = 1 then known.delivered_at else placed.delivered_at end as delivered_at,
    case when number_from_last = 1 then known.position else placed.position end as position,
    known.first_delivered_at,
    case when not is_repeat then cast(number_from_last as bigint) end as place,
    version_number = 1
        and not is_replay
        and placed.version_hash = meant.version_hash
        and meant.outcome <> 'deleted' as is_known
from placed
inner join source_records as known on known.source_record_id = placed.source_record_id
left join interpretations as meant on meant.source_record_id = placed.source_record_id

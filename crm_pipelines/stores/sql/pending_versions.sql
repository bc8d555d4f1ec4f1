-- every version that waits: delivered and not yet accounted for, or of a source whose rows now mean something else.
-- place 1 is the newest of its record; an absence counts as a version that deletes
with versions as (
    select
        source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts, version_hash,
        batch, row_number, is_deleted, is_absence, delivered_at, false as is_replay
    from deliveries
    where disposition is null
    union all
    select
        source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts, version_hash,
        batch, row_number, is_deleted, false, delivered_at, true
    from source_records
    where source_system in (select source_system from changed_meanings)
        and not is_deleted
        and source_record_id not in (select source_record_id from deliveries where disposition is null)
)

select
    versions.*,
    known.first_delivered_at,
    row_number() over (
        partition by versions.source_record_id order by versions.batch desc, versions.row_number desc
    ) as place
from versions
inner join source_records as known on known.source_record_id = versions.source_record_id

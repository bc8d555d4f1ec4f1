-- mentions of a source that nothing can come of: each the only row of its key in these batches, and its record known and
-- not gone. Most rows of a complete read and of an audit are such, so they are known by the place of their record alone.
-- One that follows a version that still waits repeats it; any other says what the last reading of its record saw
with known as (
    select mentions.batch, mentions.row_number, records.rowid as known_row
    from (select batch, row_number, source_id from mentions where source_system = $source) as mentions
    inner join (
        select rowid, source_id from source_records where source_system = $source and not is_deleted
    ) as records on records.source_id = mentions.source_id
),

not_alone as (
    select known_row from known group by known_row having count(*) > 1
    union all
    select rowid from source_records where source_record_id in (select source_record_id from arrivals)
),

waiting as (
    select rowid as known_row
    from source_records
    where source_record_id in (select source_record_id from deliveries where disposition is null)
),

meant as (
    select records.rowid as known_row, interpretations.outcome
    from interpretations
    inner join source_records as records on records.source_record_id = interpretations.source_record_id
    where interpretations.outcome <> 'live' and interpretations.source_system = $source
)

select
    known.batch, known.row_number, known.known_row, $source as source_system,
    case when waiting.known_row is not null then 'superseded' else coalesce(meant.outcome, 'unchanged') end
        as disposition
from known
anti join not_alone on not_alone.known_row = known.known_row
left join waiting on waiting.known_row = known.known_row
left join meant on meant.known_row = known.known_row

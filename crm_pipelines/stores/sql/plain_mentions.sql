-- mentions that nothing can come of: each the only row of its key in these batches, and its record known and not gone.
-- Most rows of a complete read and of an audit are such, so from here on they are known by the place of their record
with known as (
    select mentions.batch, mentions.row_number, records.rowid as known_row
    from mentions
    inner join source_records as records on records.source_record_id = mentions.source_record_id
    where not records.is_deleted
),

not_alone as (
    select known_row from known group by known_row having count(*) > 1
    union all
    select rowid from source_records where source_record_id in (select source_record_id from arrivals)
)

select known.batch, known.row_number, known.known_row
from known anti join not_alone using (known_row)

-- mentions that nothing can come of: each the only row of its key in these batches, and its record known and not gone.
-- Most rows of a complete read and of an audit are such
select mention.batch, mention.row_number
from arrivals as mention
inner join source_records as known on known.source_record_id = mention.source_record_id
where mention.payload is null
    and not known.is_deleted
    and mention.source_record_id not in (
        select source_record_id from arrivals group by source_record_id having count(*) > 1
    )

-- rows that say exactly what the last version of their key says, each the only one of its key in this read so far
select landed.row_number
from named_rows as landed
inner join source_records as known on known.source_record_id = landed.source_record_id
where landed.source_id is not null
    and landed.version_hash = known.version_hash
    and not landed.is_deleted
    and not known.is_deleted
    and landed.source_record_id not in (select source_record_id from landed_before)
    and landed.source_record_id not in (
        select source_record_id from named_rows group by source_record_id having count(*) > 1
    )

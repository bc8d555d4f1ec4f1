-- absence is a version that follows every row of its read
insert into deliveries by name
select
    cast($batch as bigint) as batch,
    2147483647 as row_number,
    known.source_record_id,
    known.source_system,
    known.source_id,
    known.stream,
    known.version_hash,
    true as is_deleted,
    true as is_absence,
    cast($delivered_at as timestamptz) as delivered_at
from source_records as known
inner join absent on absent.source_record_id = known.source_record_id

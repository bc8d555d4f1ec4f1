-- the mended row is gone from its place: a version that deletes, and nothing was delivered for it
insert into deliveries by name
select
    batch, 2147483646 as row_number, source_record_id, source_system, source_id, stream, version_hash,
    true as is_deleted, true as is_absence, delivered_at
from superseded

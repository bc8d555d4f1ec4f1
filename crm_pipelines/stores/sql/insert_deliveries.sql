-- every delivered row waits for its disposition; plain mentions were counted
insert into deliveries by name
select
    batch, row_number, source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts,
    version_hash, is_deleted, false as is_absence, delivered_at
from arrivals

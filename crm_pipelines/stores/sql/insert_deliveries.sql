-- every delivered row waits for its disposition; a plain mention says what its record says
insert into deliveries by name
select
    batch, row_number, source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts,
    version_hash, is_deleted, false as is_absence, delivered_at
from arrivals
where payload is not null
union all by name
select
    mention.batch, mention.row_number, known.source_record_id, known.source_system, known.source_id, known.stream,
    known.payload, mention.position, known.fault_code, known.fault_facts, known.version_hash,
    false as is_deleted, false as is_absence, mention.delivered_at
from arrivals as mention
inner join source_records as known on known.source_record_id = mention.source_record_id
where mention.payload is null

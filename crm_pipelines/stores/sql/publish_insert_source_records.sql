-- and come back as they stand, unless they are gone or no customer's
insert into candidate.source_records by name
select
    known.source_record_id, known.source_system, known.source_id, known.stream, known.payload, meant.outcome,
    known.first_delivered_at, known.delivered_at, known.run_id
from main.source_records as known
inner join main.interpretations as meant on meant.source_record_id = known.source_record_id
where known.source_record_id in (select key from temp.changed_source_records)
    and not known.is_deleted
    and (meant.live_hash is not null or meant.outcome = 'activity')
order by known.source_record_id

-- delivered rows that say what the last reading of their record saw, each the only one of its record that waits: nothing
-- comes of them, so they are accounted for at once; a complete read shows most of a base so
update deliveries set
    run_id = $run_id,
    disposition = case when known.outcome = 'live' then 'unchanged' else known.outcome end
from interpretations as known
where deliveries.disposition is null
    and not deliveries.is_deleted
    and not deliveries.is_absence
    and known.source_record_id = deliveries.source_record_id
    and known.version_hash = deliveries.version_hash
    and (
        (known.outcome = 'live' and known.live_hash = known.version_hash)
        or (known.outcome in ('activity', 'set_aside', 'suppressed') and known.live_hash is null)
    )
    and deliveries.source_system not in (select source_system from changed_meanings)
    and deliveries.source_record_id not in (select source_record_id from changed_corrections)
    and deliveries.source_record_id not in (
        select source_record_id from deliveries
        where disposition is null
        group by source_record_id having count(*) > 1
    )

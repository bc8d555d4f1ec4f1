-- what became of each delivered row of this run
update deliveries set
    run_id = $run_id,
    disposition = case
        when deliveries.is_absence then 'absence'
        when found.is_repeat or (found.place > 1 and found.place is distinct from stands.settled_place)
            then 'superseded'
        when deliveries.is_deleted then 'set_aside'
        when found.place = 1 and stands.outcome = 'quarantined' then 'quarantined'
        when stands.settled_outcome = 'live' and stands.live_hash_before is not null
            then case when stands.live_hash_before = deliveries.version_hash then 'unchanged' else 'changed' end
        when stands.settled_outcome = 'live' and stands.was_ever_live then 'restored'
        when stands.settled_outcome = 'live' then 'new'
        else stands.settled_outcome
    end
from pending as found
inner join settlements as stands on stands.source_record_id = found.source_record_id
where deliveries.disposition is null
    and found.source_record_id = deliveries.source_record_id
    and found.batch = deliveries.batch
    and found.row_number = deliveries.row_number

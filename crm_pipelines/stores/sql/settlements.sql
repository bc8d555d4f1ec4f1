-- per record: what was live before, what its newest version came to, what is live now
select
    pending.source_record_id,
    pending.source_system,
    known.live_hash as live_hash_before,
    coalesce(known.was_live, false) as was_ever_live,
    -- the newest version decides how the row stands; an older one may be the live one
    case when newest.source_record_id is not null then 'quarantined' else settled.outcome end as outcome,
    pending.version_hash as newest_hash,
    settled.outcome as settled_outcome,
    settled.place as settled_place,
    coalesce(settled.is_read, false) as is_read,
    case
        when settled.outcome = 'live' then settled.version_hash
        -- somebody took back, or dropped, what made this very version readable
        when newest.is_read
            and newest.version_hash = known.live_hash
            and pending.source_record_id in (select source_record_id from changed_corrections)
            then null
        when settled.outcome is null or settled.outcome = 'quarantined' then known.live_hash
    end as live_hash_after
from pending
left join settled on settled.source_record_id = pending.source_record_id
left join (
    select source_record_id, any_value(version_hash) as version_hash, bool_or(is_read) as is_read
    from refused
    where place = 1
    group by source_record_id
) as newest
    on newest.source_record_id = pending.source_record_id
left join interpretations as known on known.source_record_id = pending.source_record_id
where pending.place = 1

-- the newest version not yet tried of each record not yet settled
select pending.*
from pending
where pending.place = $place
    and not exists (select 1 from settled where settled.source_record_id = pending.source_record_id)

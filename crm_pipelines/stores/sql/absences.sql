-- known rows of a source that its complete read did not show
select known.source_record_id
from source_records as known
where known.source_system = ?
    and not known.is_deleted
    and not exists (select 1 from shown where shown.source_record_id = known.source_record_id)
order by known.source_record_id

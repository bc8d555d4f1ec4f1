-- known rows of a source that its complete read did not show: neither as a plain mention nor otherwise
select known.source_record_id
from source_records as known
where known.source_system = ?
    and not known.is_deleted
    and known.rowid not in (select known_row from plain_mentions)
    and known.source_record_id not in (select source_record_id from shown)
order by known.source_record_id

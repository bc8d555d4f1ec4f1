-- mentions that something may come of, named as `arrivals` names a row with a key
select
    batch, row_number, source_system, source_id, stream, position, delivered_at,
    source_system || ':' || replace(replace(replace(replace(replace(replace(source_id,
        '%', '%25'), ':', '%3A'), '#', '%23'), chr(10), '%0A'), chr(13), '%0D'), chr(9), '%09') as source_record_id
from mentions
anti join plain_mentions using (batch, row_number)

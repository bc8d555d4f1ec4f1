-- landed rows (of a batch's file, or still in memory), named and hashed; a row without a key is named after its place,
-- behind '#'; a mention has neither payload nor hash
select
    cast(? as bigint) as batch,
    row_number,
    cast(? as varchar) as source_system,
    source_key as source_id,
    ? || ':' || case
        when source_key is not null
            then replace(replace(replace(replace(replace(replace(source_key,
                '%', '%25'), ':', '%3A'), '#', '%23'), chr(10), '%0A'), chr(13), '%0D'), chr(9), '%09')
        else '#' || replace(replace(replace(position, '%', '%25'), ':', '%3A'), '#', '%23')
    end as source_record_id,
    stream,
    payload,
    position,
    coalesce(fault_code, case when source_key is null then 'row.missing_key' end) as fault_code,
    fault_facts,
    case when payload is not null
        then md5_number_lower(concat_ws(chr(31), stream, payload, fault_code, is_deleted))
    end as version_hash,
    is_deleted,
    cast(? as timestamptz) as delivered_at
from landed_rows

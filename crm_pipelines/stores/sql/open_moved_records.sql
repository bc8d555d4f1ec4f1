-- records that joined an id begin a period; system, key and observation are read from the record id
insert into crosswalk by name
select
    record_id,
    split_part(record_id, ':', 1) as source_system,
    replace(replace(replace(replace(replace(replace(
        split_part(substr(record_id, strpos(record_id, ':') + 1), '#', 1),
        '%09', chr(9)), '%0D', chr(13)), '%0A', chr(10)), '%23', '#'), '%3A', ':'), '%25', '%') as source_id,
    nullif(split_part(substr(record_id, strpos(record_id, ':') + 1), '#', 2), '') as observation,
    golden_id,
    cast($happened_at as timestamptz) as valid_from,
    $run_id as run_id
from movements
where golden_id is not null
order by record_id

-- and come back as they stand, sorted by what they are looked up by
insert into candidate.contact_names by name
select record_keys.record_id, /* contact */ as contact, named.name_hash, $run_id as run_id
from main.contact_names as named
inner join main.record_keys as record_keys on record_keys.record_key = named.record_key
where named.record_key in (select cast(key as integer) from temp.changed_pairs)
order by contact, record_keys.record_id

-- and come back as they stand, sorted by what they are looked up by
insert into candidate.contact_names by name
select paired.record_id, /* contact */ as contact, named.name_hash, $run_id as run_id
from main.contact_names as named
inner join temp.paired_records as paired on paired.record_key = named.record_key
order by contact, paired.record_id

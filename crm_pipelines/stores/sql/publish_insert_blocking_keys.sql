-- and come back as they stand, sorted by what they are looked up by
insert into candidate.blocking_keys by name
select record_keys.record_id, kept.customer_type, kept.rule, kept.key, $run_id as run_id
from main.blocking_keys as kept
inner join main.record_keys as record_keys on record_keys.record_key = kept.record_key
where kept.record_key in (select cast(key as integer) from temp.changed_pairs)
order by kept.key, record_keys.record_id, kept.rule

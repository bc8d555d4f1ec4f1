-- and come back as they stand, sorted by what they are looked up by
insert into candidate.blocking_keys by name
select paired.record_id, kept.customer_type, kept.rule, kept.key, $run_id as run_id
from main.blocking_keys as kept
inner join temp.paired_records as paired on paired.record_key = kept.record_key
order by kept.key, paired.record_id, kept.rule

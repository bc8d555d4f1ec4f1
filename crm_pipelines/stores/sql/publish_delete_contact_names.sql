-- contact points of records whose pairs changed leave the candidate
delete from candidate.contact_names
where record_id in (
    select record_id from main.record_keys
    where record_key in (select cast(key as integer) from temp.changed_pairs)
)

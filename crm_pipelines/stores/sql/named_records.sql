-- records that may differ from the last publication
select record_id from main.record_keys
where record_key in (select cast(key as integer) from temp.changed_records)
union
select record_id from candidate.standardised_records where $is_full

-- keys of records whose pairs changed leave the candidate
delete from candidate.blocking_keys where record_id in (select record_id from temp.paired_records)

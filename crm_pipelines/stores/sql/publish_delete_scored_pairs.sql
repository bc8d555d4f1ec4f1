-- pairs of records whose pairs changed leave the candidate
delete from candidate.scored_pairs
where record_id_l in (
        select record_id from main.record_keys
        where record_key in (select cast(key as integer) from temp.changed_pairs))
    or record_id_r in (
        select record_id from main.record_keys
        where record_key in (select cast(key as integer) from temp.changed_pairs))

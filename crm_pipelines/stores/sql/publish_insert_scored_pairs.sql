-- and come back as they stand
insert into candidate.scored_pairs by name
select
    record_id_l, record_id_r, customer_type, match_weight, match_probability, band, is_contradiction, model_version,
    $run_id as run_id /* levels */
from main.scored_pairs
where record_key_l in (select cast(key as integer) from temp.changed_pairs)
    or record_key_r in (select cast(key as integer) from temp.changed_pairs)
order by record_id_l, record_id_r

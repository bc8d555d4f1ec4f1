-- and come back as they stand
insert into candidate.scored_pairs by name
select
    record_id_l, record_id_r, customer_type, match_weight, match_probability, band, is_contradiction, model_version,
    $run_id as run_id /* levels */
from main.scored_pairs
where rowid in (
    select rowid from main.scored_pairs where record_key_l in (select record_key from temp.paired_records)
    union
    select rowid from main.scored_pairs where record_key_r in (select record_key from temp.paired_records))
order by record_id_l, record_id_r

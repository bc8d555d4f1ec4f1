-- records not reached that stand in a pair worth asking about with one that was
select distinct record_key
from (
    select scored_pairs.record_key_r as record_key
    from scored_pairs
    where scored_pairs.band <> 'NON_MATCH'
        and scored_pairs.record_key_l in (select record_key from reached)
    union all
    select scored_pairs.record_key_l
    from scored_pairs
    where scored_pairs.band <> 'NON_MATCH'
        and scored_pairs.record_key_r in (select record_key from reached)
) as partner
where record_key not in (select record_key from reached)

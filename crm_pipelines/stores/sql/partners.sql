-- records not reached that stand in a pair worth asking about with one that was
select distinct record_key
from (
    select record_key_l as record_key
    from touching
    where band <> 'NON_MATCH'
    union all
    select record_key_r
    from touching
    where band <> 'NON_MATCH'
) as partner
where record_key not in (select record_key from reached)

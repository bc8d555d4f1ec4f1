-- records that can come into a cluster with others: those on a joining pair of a record reached, those people named
select pair.record_key_l as record_key
from scored_pairs as pair
where pair.band = 'AUTO_MATCH'
    and (pair.record_key_l in (select record_key from reached) or pair.record_key_r in (select record_key from reached))
union
select pair.record_key_r
from scored_pairs as pair
where pair.band = 'AUTO_MATCH'
    and (pair.record_key_l in (select record_key from reached) or pair.record_key_r in (select record_key from reached))
union
select demanded.record_key
from demanded

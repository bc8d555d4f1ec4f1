-- records that can come into a cluster with others: those on a joining pair of a record reached, those people named
select record_key_l as record_key
from touching
where band = 'AUTO_MATCH'
union
select record_key_r
from touching
where band = 'AUTO_MATCH'
union
select record_key
from demanded

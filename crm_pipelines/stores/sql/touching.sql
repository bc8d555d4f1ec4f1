-- stored pairs that touch a record reached; each side is looked through by itself: the database skips what cannot match,
-- but not behind an `or`
select record_key_l, record_key_r, record_id_l, record_id_r, customer_type, match_weight, is_contradiction, band
from scored_pairs
where record_key_l in (select record_key from reached)
union all
select record_key_l, record_key_r, record_id_l, record_id_r, customer_type, match_weight, is_contradiction, band
from scored_pairs
where record_key_r in (select record_key from reached) and record_key_l not in (select record_key from reached)

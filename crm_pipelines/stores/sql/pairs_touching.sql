-- the stored pairs with at least one end among some records
select record_id_l, record_id_r, match_weight, is_contradiction, band
from scored_pairs
where record_id_l in (select unnest($records)) or record_id_r in (select unnest($records))
order by record_id_l, record_id_r

-- the stored pairs with at least one end among some records
with named as materialized (
    select unnest(cast($records as varchar[])) as record_id
)

select record_id_l, record_id_r, match_weight, is_contradiction, band
from scored_pairs
where record_id_l in (select record_id from named)
union
select record_id_l, record_id_r, match_weight, is_contradiction, band
from scored_pairs
where record_id_r in (select record_id from named)
order by record_id_l, record_id_r

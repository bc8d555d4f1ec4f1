-- the stored pairs of one record, the heaviest first
select if(record_id_l = $record_id, record_id_r, record_id_l) as other, match_weight, band, is_contradiction
from scored_pairs
where record_id_l = $record_id or record_id_r = $record_id
order by match_weight desc, other
limit $most

-- the stored pairs between two sets of records that speak against one customer
select record_id_l, record_id_r, match_weight
from scored_pairs
where is_contradiction
    and record_id_l in (select unnest(list_concat($lefts, $rights)))
    and (
        (list_contains($lefts, record_id_l) and list_contains($rights, record_id_r))
        or (list_contains($rights, record_id_l) and list_contains($lefts, record_id_r))
    )
order by match_weight, record_id_l, record_id_r

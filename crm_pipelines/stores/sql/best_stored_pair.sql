-- the heaviest stored pair between two sets of records
select record_id_l, record_id_r
from scored_pairs
where record_id_l in (select unnest(list_concat($lefts, $rights)))
    and (
        (list_contains($lefts, record_id_l) and list_contains($rights, record_id_r))
        or (list_contains($rights, record_id_l) and list_contains($lefts, record_id_r))
    )
order by match_weight desc, record_id_l, record_id_r
limit 1

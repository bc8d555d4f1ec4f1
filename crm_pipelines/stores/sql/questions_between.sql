-- the open questions whether two sets of records are one customer
select question_id, kind, reason, match_weight
from review_queue
where (list_has_any(record_ids_left, $lefts) and list_has_any(record_ids_right, $rights))
    or (list_has_any(record_ids_left, $rights) and list_has_any(record_ids_right, $lefts))
order by priority desc, question_id

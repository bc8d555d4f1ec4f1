-- open questions of some kinds, customer types and reasons, the most urgent first, from behind a place in that order on
select question_id, kind, record_ids_left, record_ids_right, reason, match_weight, value, priority, customer_type,
    asked_at
from review_queue
where list_contains($kinds, kind)
    and list_contains($customer_types, customer_type)
    and (len($reasons) = 0 or list_contains($reasons, reason))
    and (
        cast($after_id as varchar) is null
        or priority < cast($after_priority as double)
        or (priority = cast($after_priority as double) and question_id > cast($after_id as varchar))
    )
order by priority desc, question_id
limit $n_most

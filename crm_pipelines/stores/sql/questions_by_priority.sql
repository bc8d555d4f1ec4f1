-- the open questions of some kinds and customer types, the most urgent first
select question_id, kind, record_ids_left, record_ids_right, reason, match_weight, value, priority, customer_type,
    asked_at
from review_queue
where list_contains($kinds, kind) and list_contains($customer_types, customer_type)
order by priority desc, question_id

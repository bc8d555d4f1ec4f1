-- some open questions
select question_id, kind, record_ids_left, record_ids_right, reason, match_weight, value, priority, customer_type,
    asked_at
from review_queue
where question_id in (select unnest(cast($question_ids as varchar[])))
order by question_id

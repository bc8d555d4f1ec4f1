-- some questions of each sort that would be opened or closed, the most urgent first
with differing as (
    select 'opened' as change, *
    from "after".review_queue
    anti join "before".review_queue using (question_id)
    union all by name
    select 'closed' as change, *
    from "before".review_queue
    anti join "after".review_queue using (question_id)
)

select change, kind, reason, question_id, record_ids_left, record_ids_right, match_weight
from differing
qualify row_number() over (partition by change, kind, reason order by priority desc, question_id) <= $most
order by change desc, kind, reason, priority desc, question_id

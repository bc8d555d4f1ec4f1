-- one row per sort of question that would be opened or closed
with differing as (
    select 'opened' as change, question_id, kind, reason
    from "after".review_queue
    anti join "before".review_queue using (question_id)
    union all
    select 'closed' as change, question_id, kind, reason
    from "before".review_queue
    anti join "after".review_queue using (question_id)
)

select change, kind, reason, count(*) as n_questions
from differing
group by all
order by change desc, kind, reason

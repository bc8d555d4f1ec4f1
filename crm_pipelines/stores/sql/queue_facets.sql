-- the published questions by what a list of them is narrowed to: one row a question
select
    queue.question_id,
    queue.kind,
    queue.customer_type,
    queue.reason,
    queue.priority,
    list_sort(list_distinct(
        [split_part(record, ':', 1) for record in list_concat(queue.record_ids_left, queue.record_ids_right)]
    )) as sources,
    case
        when queue.match_weight is null then 'none'
        when queue.match_weight >= limits.auto_match then 'above'
        when queue.match_weight >= (limits.auto_match + limits.review) / 2 then 'upper'
        when queue.match_weight >= limits.review then 'lower'
        else 'below'
    end as band,
    case
        when queue.asked_at > cast($now as timestamptz) - interval 1 day then 'day'
        when queue.asked_at > cast($now as timestamptz) - interval 7 days then 'week'
        when queue.asked_at > cast($now as timestamptz) - interval 30 days then 'month'
        else 'older'
    end as age,
    case
        when queue.asked_at + to_seconds(dues.seconds) < cast($now as timestamptz) then 'overdue'
        when queue.asked_at + to_seconds(dues.seconds) < cast($now as timestamptz) + interval 1 day then 'today'
        else 'later'
    end as due,
    case when queue.value <= 2 then 'two' when queue.value <= 5 then 'few' else 'many' end as value,
    case when claimed.is_mine is null then 'none' when claimed.is_mine then 'mine' else 'others' end as assignee,
    queue.question_id in (select unnest(cast($postponed as varchar[]))) as is_postponed,
    (
        queue.kind in ('pair', 'cluster')
        and queue.question_id in (select unnest(cast($answered as varchar[])))
    ) or queue.question_id in (select unnest(cast($proposed as varchar[]))) as is_answered
from review_queue as queue
left join (
    select
        unnest(cast($types as varchar[])) as customer_type,
        unnest(cast($auto_match as double[])) as auto_match,
        unnest(cast($review as double[])) as review
) as limits on limits.customer_type = queue.customer_type
left join (
    select unnest(cast($kinds as varchar[])) as kind, unnest(cast($due_seconds as double[])) as seconds
) as dues on dues.kind = queue.kind
left join (
    select unnest(cast($claimed as varchar[])) as question_id, unnest(cast($claimed_mine as boolean[])) as is_mine
) as claimed on claimed.question_id = queue.question_id

-- the published questions by what a list of them is narrowed to, as far as the publication tells: one row a question
select
    queue.question_id,
    queue.kind,
    queue.customer_type,
    queue.reason,
    queue.priority,
    queue.asked_at,
    array_to_string(list_sort(list_distinct(
        [split_part(record, ':', 1) for record in list_concat(queue.record_ids_left, queue.record_ids_right)]
    )), ',') as sources,
    case
        when queue.match_weight is null then 'none'
        when queue.match_weight >= limits.auto_match then 'above'
        when queue.match_weight >= (limits.auto_match + limits.review) / 2 then 'upper'
        when queue.match_weight >= limits.review then 'lower'
        else 'below'
    end as band,
    case when queue.value <= 2 then 'two' when queue.value <= 5 then 'few' else 'many' end as value
from review_queue as queue
left join (
    select
        unnest(cast($types as varchar[])) as customer_type,
        unnest(cast($auto_match as double[])) as auto_match,
        unnest(cast($review as double[])) as review
) as limits on limits.customer_type = queue.customer_type

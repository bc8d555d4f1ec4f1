-- one row per question of the last publication that is asked no more, with why
insert into candidate.closed_questions by name
with gone as (
    select * from candidate.review_queue
    where question_id not in (select question_id from main.review_queue)
),

named as (
    select question_id, 'left' as side, unnest(record_ids_left) as record_id from gone
    union all
    select question_id, 'right' as side, unnest(record_ids_right) as record_id from gone
),

homes as (
    select named.question_id, named.side, crosswalk.golden_id, count(*) as n_named
    from named
    inner join main.crosswalk as crosswalk on crosswalk.record_id = named.record_id and crosswalk.valid_to is null
    group by all
),

sizes as (
    select golden_id, count(*) as n_records
    from main.crosswalk
    where valid_to is null and golden_id in (select golden_id from homes)
    group by golden_id
),

-- of each side: the customers that hold its records now, and whether it is one of them, no more and no less
sides as (
    select
        homes.question_id,
        homes.side,
        list(homes.golden_id) as golden_ids,
        count(*) = 1 and bool_and(homes.n_named = sizes.n_records) as is_customer,
        sum(homes.n_named) as n_living
    from homes
    inner join sizes on sizes.golden_id = homes.golden_id
    group by all
),

parted as (
    select distinct named_left.question_id
    from named as named_left
    inner join named as named_right on named_right.question_id = named_left.question_id
    inner join temp.decided_apart as apart
        on apart.one = least(named_left.record_id, named_right.record_id)
        and apart.other = greatest(named_left.record_id, named_right.record_id)
    where named_left.side = 'left' and named_right.side = 'right'
)

select
    coalesce((select max(seq) from candidate.closed_questions), 0)
    + row_number() over (order by gone.question_id) as seq,
    gone.question_id,
    gone.kind,
    gone.customer_type,
    gone.record_ids_left,
    gone.record_ids_right,
    gone.reason,
    gone.asked_at,
    case
        when answers.decision_id is not null then 'answered'
        when one.question_id is null or other.question_id is null then 'records_gone'
        when gone.kind in ('conflict', 'confirm') then 'decisions_agree'
        when one.golden_ids = other.golden_ids and len(one.golden_ids) = 1 then 'one_customer'
        when not one.is_customer or one.n_living < len(gone.record_ids_left)
            or not other.is_customer or other.n_living < len(gone.record_ids_right) then 'records_changed'
        when parted.question_id is not null then 'decided'
        else 'no_doubt'
    end as closed_because,
    answers.decision_id,
    cast($at as timestamptz) as closed_at,
    $run_id as run_id
from gone
-- asked again after it was answered, it is not the old answer that closes it
left join temp.answered_questions as answers
    on answers.question_id = gone.question_id
    and answers.decision_id not in (
        select decision_id from candidate.closed_questions where decision_id is not null
    )
left join sides as one on one.question_id = gone.question_id and one.side = 'left'
left join sides as other on other.question_id = gone.question_id and other.side = 'right'
left join parted on parted.question_id = gone.question_id
order by gone.question_id

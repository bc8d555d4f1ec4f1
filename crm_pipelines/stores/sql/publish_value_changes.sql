-- one row per value of a customer published before that is another one now, with why; a customer that is new begins its
-- history with the values it has. A value follows its record: what moved the record is the cause; else what happened to
-- the records of the customer; else what happened to its id; else the rules
insert into candidate.value_changes by name
with old as (
    select golden_id, attribute, value, record_id, pin_id
    from candidate.attribute_values
    where survives and golden_id in (select key from temp.changed_customers)
),

new as (
    select golden_id, attribute, value, record_id, pin_id, rule
    from main.attribute_values
    where survives and golden_id in (select key from temp.changed_customers)
),

moves as (
    select golden_id, to_golden_id, event, cause, position, unnest(record_ids) as record_id
    from main.identity_log
    where position > coalesce((select identity_position from candidate.publication_position), 0)
),

moved_records as (
    select record_id, coalesce(max_by(cause, position), 'data') as cause from moves group by record_id
),

moved_customers as (
    select golden_id, coalesce(max_by(cause, position), 'data') as cause, bool_or(event = 'revived') as is_revived
    from moves
    group by golden_id
),

members as (
    select record_id, golden_id from candidate.crosswalk
    where valid_to is null and golden_id in (select key from temp.changed_customers)
    union
    select record_id, golden_id from main.crosswalk
    where valid_to is null and golden_id in (select key from temp.changed_customers)
),

told_anew as (
    select distinct members.golden_id
    from members
    inner join temp.named_records as named on named.record_id = members.record_id
    left join candidate.standardised_records as old on old.record_id = members.record_id
    left join main.standardised_records as new on new.record_id = members.record_id
    where old.delivered_at is distinct from new.delivered_at
),

changed as (
    select
        coalesce(new.golden_id, old.golden_id) as golden_id,
        coalesce(new.attribute, old.attribute) as attribute,
        old.value as value_before,
        new.value,
        new.rule,
        old.record_id as record_id_before,
        new.record_id,
        old.pin_id as pin_id_before,
        new.pin_id
    from old
    full join new on new.golden_id = old.golden_id and new.attribute = old.attribute
    where old.value is distinct from new.value
)

select
    (select coalesce(max(seq), 0) from candidate.value_changes)
        + row_number() over (order by changed.golden_id, changed.attribute) as seq,
    changed.*,
    case
        when changed.pin_id is not null and changed.pin_id is distinct from changed.pin_id_before then 'pin'
        when changed.pin_id_before is not null and changed.pin_id is null then 'pin_ended'
        else coalesce(
            came.cause, gone.cause, if(told_anew.golden_id is null, null, 'data'), moved_customers.cause, 'rule')
    end as cause,
    false as is_erased,
    greatest(cast($at as timestamptz), (select max(changed_at) from candidate.value_changes)) as changed_at,
    $run_id as run_id
from changed
left join moved_records as came
    on came.record_id = changed.record_id and changed.record_id is distinct from changed.record_id_before
left join moved_records as gone
    on gone.record_id = changed.record_id_before and changed.record_id is distinct from changed.record_id_before
left join told_anew on told_anew.golden_id = changed.golden_id
left join moved_customers on moved_customers.golden_id = changed.golden_id
where changed.golden_id in (select golden_id from temp.old_customers) or coalesce(moved_customers.is_revived, false)
order by seq

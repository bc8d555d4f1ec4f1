-- one row per customer that others must follow, with the strongest thing that happened to it: events of the log since
-- the last publication first, then what its row says. An id that is gone without an heir counts as erased
insert into candidate.changes by name
with events as (
    select
        golden_id,
        bool_or(event = 'merged') as is_merged,
        bool_or(event = 'split') as is_split,
        bool_or(event = 'revived') as is_revived
    from main.identity_log
    where position > coalesce((select identity_position from candidate.publication_position), 0)
    group by golden_id
),

found as (
    select
        named.key as golden_id,
        case
            when new.golden_id is null and old.golden_id is null then null
            when new.golden_id is null and coalesce(events.is_merged, false) then 'merged'
            when new.golden_id is null then 'erased'
            when old.golden_id is null and coalesce(events.is_revived, false) then 'revived'
            when old.golden_id is null then 'created'
            when coalesce(events.is_split, false) then 'split'
            when not (/* same */) then 'changed'
        end as kind
    from temp.changed_customers as named
    left join temp.old_customers as old on old.golden_id = named.key
    left join main.customers as new on new.golden_id = named.key
    left join events on events.golden_id = named.key
)

select
    (select coalesce(max(seq), 0) from candidate.changes) + row_number() over (order by golden_id) as seq,
    golden_id,
    kind,
    $run_id as run_id
from found
where kind is not null
order by seq

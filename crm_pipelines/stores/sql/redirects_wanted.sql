-- to where each touched id that is not live resolves: the live ids that hold its last members, else its last heir's
with retired as (
    select golden_id
    from touched
    where golden_id not in (select golden_id from crosswalk where valid_to is null)
),

last_day as (
    select golden_id, max(valid_to) as retired_at
    from crosswalk
    where golden_id in (select golden_id from retired)
    group by golden_id
),

held_by_members as (
    select distinct old.golden_id, live.golden_id as redirects_to
    from last_day
    inner join crosswalk as old on old.golden_id = last_day.golden_id and old.valid_to = last_day.retired_at
    inner join crosswalk as live on live.record_id = old.record_id and live.valid_to is null
),

last_merge as (
    select golden_id, max_by(to_golden_id, position) as heir, max_by(reason, position) as reason
    from identity_log
    where event = 'merged' and golden_id in (select golden_id from retired)
    group by golden_id
),

through_heir as (
    select last_merge.golden_id, coalesce(onward.redirects_to, last_merge.heir) as redirects_to
    from last_merge
    left join redirects as onward on onward.golden_id = last_merge.heir and onward.valid_to is null
    where last_merge.golden_id not in (select golden_id from held_by_members)
        and coalesce(onward.redirects_to, last_merge.heir) in (select golden_id from crosswalk where valid_to is null)
)

select found.golden_id, found.redirects_to, coalesce(last_merge.reason, 'records_moved') as reason
from (select * from held_by_members union all select * from through_heir) as found
left join last_merge on last_merge.golden_id = found.golden_id
order by found.golden_id, found.redirects_to

-- to where each touched id that is not live resolves: the live ids that hold its last members; when none of them is
-- left, what its heir is or resolves to. An heir counts only until the id lives again. Everything is looked up among the
-- few ids that can be reached at all, never in the whole crosswalk
with recursive last_merge as (
    select golden_id, max_by(to_golden_id, position) as heir, max_by(reason, position) as reason
    from identity_log as merged
    where event = 'merged'
        and not exists (
            select 1 from identity_log as later
            where later.golden_id = merged.golden_id and later.event = 'revived' and later.position > merged.position)
    group by golden_id
),

reachable as (
    select golden_id from touched
    union
    select last_merge.heir
    from reachable
    inner join last_merge on last_merge.golden_id = reachable.golden_id
),

periods as materialized (
    select golden_id, record_id, valid_to from crosswalk where golden_id in (select golden_id from reachable)
),

live_ids as materialized (select distinct golden_id from periods where valid_to is null),

last_day as materialized (
    select golden_id, max(valid_to) as retired_at
    from periods
    where golden_id not in (select golden_id from live_ids)
    group by golden_id
),

-- the live ids that hold the last members of an id that is not live
inherited as materialized (
    select distinct last_day.golden_id, live.golden_id as redirects_to
    from last_day
    inner join periods as old on old.golden_id = last_day.golden_id and old.valid_to = last_day.retired_at
    inner join crosswalk as live on live.record_id = old.record_id and live.valid_to is null
),

line as (
    select golden_id, golden_id as ancestor
    from touched
    where golden_id not in (select golden_id from live_ids)
    union
    select line.golden_id, last_merge.heir
    from line
    inner join last_merge on last_merge.golden_id = line.ancestor
    where line.ancestor not in (select golden_id from live_ids)
        and line.ancestor not in (select golden_id from inherited)
),

resolved as (
    select line.golden_id, inherited.redirects_to
    from line
    inner join inherited on inherited.golden_id = line.ancestor
    union
    select golden_id, ancestor
    from line
    where ancestor in (select golden_id from live_ids)
)

select resolved.golden_id, resolved.redirects_to, coalesce(last_merge.reason, 'records_moved') as reason
from resolved
left join last_merge on last_merge.golden_id = resolved.golden_id
order by resolved.golden_id, resolved.redirects_to

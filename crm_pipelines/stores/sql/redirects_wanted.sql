-- to where each touched id that is not live resolves: the live ids that hold its last members; when none of them is
-- left, what its heir is or resolves to. An heir counts only until the id lives again
with recursive last_merge as (
    select golden_id, max_by(to_golden_id, position) as heir, max_by(reason, position) as reason
    from identity_log as merged
    where event = 'merged'
        and not exists (
            select 1 from identity_log as later
            where later.golden_id = merged.golden_id and later.event = 'revived' and later.position > merged.position)
    group by golden_id
),

line as (
    select golden_id, golden_id as ancestor
    from touched
    where golden_id not in (select golden_id from crosswalk where valid_to is null)
    union
    select line.golden_id, last_merge.heir
    from line
    inner join last_merge on last_merge.golden_id = line.ancestor
    where line.ancestor not in (select golden_id from crosswalk where valid_to is null)
        and not exists (
            select 1 from crosswalk as old
            inner join crosswalk as live on live.record_id = old.record_id and live.valid_to is null
            where old.golden_id = line.ancestor
                and old.valid_to = (select max(valid_to) from crosswalk where golden_id = line.ancestor))
),

last_day as (
    select golden_id, max(valid_to) as retired_at
    from crosswalk
    where golden_id in (select ancestor from line)
        and golden_id not in (select golden_id from crosswalk where valid_to is null)
    group by golden_id
),

resolved as (
    select line.golden_id, live.golden_id as redirects_to
    from line
    inner join last_day on last_day.golden_id = line.ancestor
    inner join crosswalk as old on old.golden_id = last_day.golden_id and old.valid_to = last_day.retired_at
    inner join crosswalk as live on live.record_id = old.record_id and live.valid_to is null
    union
    select golden_id, ancestor
    from line
    where ancestor in (select golden_id from crosswalk where valid_to is null)
)

select resolved.golden_id, resolved.redirects_to, coalesce(last_merge.reason, 'records_moved') as reason
from resolved
left join last_merge on last_merge.golden_id = resolved.golden_id
order by resolved.golden_id, resolved.redirects_to

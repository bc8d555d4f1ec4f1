-- customers of just before a moment that are made of other records now, or live no more
with moved as (
    select distinct golden_id
    from crosswalk
    where valid_from >= $moment or (valid_from < $moment and valid_to >= $moment)
),

past as (
    select golden_id, record_id
    from crosswalk
    where valid_from < $moment and (valid_to is null or valid_to >= $moment)
        and golden_id in (select golden_id from moved)
),

grown as (
    select golden_id, list(record_id order by record_id) as record_ids
    from crosswalk
    where valid_to is null and golden_id in (select golden_id from moved)
    group by golden_id
),

known as (
    select
        past.golden_id,
        list(past.record_id order by past.record_id) as record_ids,
        list_sort(list(distinct live.golden_id) filter (where live.golden_id is not null)) as golden_ids_now
    from past
    left join crosswalk as live on live.record_id = past.record_id and live.valid_to is null
    group by past.golden_id
)

select
    known.golden_id,
    len(known.record_ids) as n_records,
    coalesce(len(grown.record_ids), 0) as n_records_now,
    coalesce(known.golden_ids_now, []) as golden_ids_now
from known
left join grown on grown.golden_id = known.golden_id
where grown.record_ids is distinct from known.record_ids
order by known.golden_id

-- scores of earlier runs that are kept: the last runs, and the last of each day before them
insert into quality_scores by name
with scored as (
    select run_id, max(scored_at) as scored_at from earlier.quality_scores where run_id <> $run_id group by run_id
),

placed as (
    select
        run_id, scored_at,
        row_number() over (order by scored_at desc, run_id) as place,
        row_number() over (partition by date_trunc('day', scored_at) order by scored_at desc, run_id) as place_of_day
    from scored
),

kept as (
    select run_id from placed
    where place < $runs
        or (place_of_day = 1 and scored_at > (select max(scored_at) from quality_scores) - to_days($days))
)

select * from earlier.quality_scores where run_id in (select run_id from kept)

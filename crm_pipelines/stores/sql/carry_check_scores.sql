-- checks that this run did not ask of everything: their last counts, still those of what is published
insert into quality_scores by name
with latest as (
    select * exclude (scored_at, run_id)
    from quality_scores
    where run_id <> $run_id and source_system is null and measure <> 'filled'
    qualify row_number() over (partition by table_name, measure order by scored_at desc, run_id) = 1
)

select latest.*, (select max(scored_at) from quality_scores) as scored_at, $run_id as run_id
from latest
where latest.counted_at > (select max(scored_at) from quality_scores) - to_days(90)
    and not exists (
        select 1 from quality_scores as own
        where own.run_id = $run_id and own.table_name = latest.table_name and own.measure = latest.measure)
order by latest.table_name, latest.measure

-- the sources' scores of each run, by dimension, the earliest run first
with runs_scored as (
    select run_id, max(scored_at) as scored_at from quality_scores group by run_id
)

select
    runs_scored.scored_at, quality_scores.run_id, quality_scores.dimension,
    cast(sum(quality_scores.n_checked) as bigint) as n_checked,
    cast(sum(quality_scores.n_failed) as bigint) as n_failed
from quality_scores inner join runs_scored using (run_id)
where quality_scores.source_system is not null
group by all
order by runs_scored.scored_at, quality_scores.run_id, quality_scores.dimension

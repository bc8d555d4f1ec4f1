-- the scores of the last run that has any
select source_system, table_name, field, dimension, measure, n_checked, n_failed, counted_at, scored_at
from quality_scores
where run_id = (select run_id from quality_scores order by scored_at desc, run_id limit 1)
order by source_system nulls last, table_name, field nulls first, dimension, measure

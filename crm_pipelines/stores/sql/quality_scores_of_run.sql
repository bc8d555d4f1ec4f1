-- the scores of the run that ends
select * from quality_scores order by source_system nulls last, table_name, field nulls first, dimension, measure

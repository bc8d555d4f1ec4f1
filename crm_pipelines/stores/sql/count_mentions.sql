-- plain mentions by what becomes of them
insert into counted_mentions by name
select batch, source_system, disposition, count(*) as n_rows, cast(null as varchar) as run_id
from plain_mentions
group by all

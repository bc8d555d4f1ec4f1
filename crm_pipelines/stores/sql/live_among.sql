-- the live ones among some records
select record_id
from standardised_records
where record_id in (select unnest($records))
order by record_id

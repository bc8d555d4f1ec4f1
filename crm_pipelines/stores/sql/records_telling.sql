-- what the records of a customer say that have one value, the last delivered first
select /* listed */
from standardised_records
where
    record_id in (select unnest(cast($records as varchar[])))
    and cast(/* value */ as varchar) = $value
order by delivered_at desc, record_id

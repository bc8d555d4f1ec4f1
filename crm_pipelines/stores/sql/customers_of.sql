-- some living customers
select golden_id, customer_type, display_name, email, phone, organisation_name, first_seen_at, last_seen_at, updated_at
from customers
where golden_id in (select unnest($golden_ids))
order by golden_id

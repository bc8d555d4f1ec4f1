-- the values that survived of some customers
select golden_id, attribute, value, record_id, rule, pinned_by, observed_at, trust
from attribute_values
where survives and value is not null and golden_id in (select unnest($golden_ids))
order by golden_id, attribute

-- every value that is told of a customer, attribute by attribute, the best first
select
    attribute,
    value,
    record_id,
    observed_at,
    survives,
    rule,
    pin_id,
    pinned_by,
    pinned_until,
    source_changed_at
from attribute_values
where golden_id = $golden_id
order by attribute, survives desc, value_rank nulls last, observed_at desc nulls last, record_id

-- the values of a customer with where each comes from and since when; one that never changed stands since the customer
-- was first published
select
    told.attribute,
    told.value,
    told.rule,
    told.record_id,
    told.pinned_by,
    told.pinned_until,
    told.source_changed_at,
    (
        select max(changed_at) from value_changes
        where value_changes.golden_id = told.golden_id and value_changes.attribute = told.attribute
    ) as since_at
from attribute_values as told
where told.golden_id = $golden_id and told.survives
order by told.attribute

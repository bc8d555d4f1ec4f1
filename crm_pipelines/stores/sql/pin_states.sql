-- pins that stand in golden records, with what the sources say there
select
    pinned.pin_id,
    pinned.golden_id,
    said.value as source_value,
    pinned.source_changed_at
from attribute_values as pinned
left join attribute_values as said
    on said.golden_id = pinned.golden_id and said.attribute = pinned.attribute and said.value_rank = 1
        and said.rule = 'pin'
where pinned.pin_id is not null and list_contains($pin_ids, pinned.pin_id)
order by pinned.pin_id

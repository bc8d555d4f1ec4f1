-- some golden values of each attribute that would be others
select attribute, golden_id, value_before, value as value_after, rule, cause
from "after".value_changes
where seq > (select coalesce(max(seq), 0) from "before".value_changes)
qualify row_number() over (partition by attribute order by golden_id, seq) <= $most
order by attribute, golden_id, seq

-- one row per attribute and cause: how many customers published before would get another golden value
select attribute, cause, count(distinct golden_id) as n_customers
from "after".value_changes
where seq > (select coalesce(max(seq), 0) from "before".value_changes)
group by all
order by attribute, cause

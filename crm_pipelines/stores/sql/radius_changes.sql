-- one row per kind of change that others would have to follow
select kind, count(*) as n_customers
from "after".changes
where seq > (select coalesce(max(seq), 0) from "before".changes)
group by kind
order by kind

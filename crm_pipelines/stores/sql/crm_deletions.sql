-- one row per golden id that is gone without an heir and has not come back
select golden_id, max(seq) as seq
from changes
where kind = 'erased'
    and golden_id not in (select golden_id from customers)
    and golden_id not in (select golden_id from redirects where valid_to is null)
group by golden_id
order by golden_id

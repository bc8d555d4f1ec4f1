-- how some customers can be reached, what is theirs first
select golden_id, kind, value, is_primary, is_shared, last_seen_at, record_ids
from contact_points
where golden_id in (select unnest($golden_ids))
order by golden_id, kind, is_primary desc, is_shared, last_seen_at desc nulls last, value

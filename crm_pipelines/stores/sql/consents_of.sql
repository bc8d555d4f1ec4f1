-- what some customers agreed to or refused
select golden_id, purpose, channel, granted, since, proof
from consents
where golden_id in (select unnest($golden_ids))
order by golden_id, purpose, channel

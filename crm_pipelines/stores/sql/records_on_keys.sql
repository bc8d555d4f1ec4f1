-- the records that share blocking keys with a new one, those that share most first; a key that its rule's cap silences
-- would say nothing with one more record on it
with own as materialized (
    select /* key */ as key, cap
    from (select unnest(cast($texts as varchar[])) as text, unnest(cast($caps as integer[])) as cap) as asked
),

met as materialized (
    select own.key, own.cap, others.record_id
    from blocking_keys as others
    inner join own on own.key = others.key
)

select record_id
from met
where key in (select key from met group by key, cap having count(*) < cap)
group by record_id
order by count(*) desc, record_id
limit $n_most

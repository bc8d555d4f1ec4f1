-- how many different names stand on some contact points; those that no record has are left out
with asked as materialized (
    select kind, contact_key, /* contact */ as contact
    from (
        select unnest(cast($kinds as varchar[])) as kind, unnest(cast($contact_keys as varchar[])) as contact_key
    ) as named
)

select asked.kind, asked.contact_key, count(distinct names.name_hash) as n_names
from asked
inner join contact_names as names on names.contact = asked.contact
group by asked.kind, asked.contact_key
order by asked.kind, asked.contact_key

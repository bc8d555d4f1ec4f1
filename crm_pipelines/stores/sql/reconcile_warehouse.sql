-- rows that one place holds and the next one should hold as well: (place, source, here, there), where the two differ
with places as (
    -- every row that was applied was read, or found gone
    select 'interpretations' as place, source_system, count(*) as n_here, 0 as n_there
    from source_records group by source_system
    union all
    select 'interpretations', source_system, 0, count(*) from interpretations group by source_system
    union all
    -- every live row is standardised
    select 'standardised_records', source_system, count(*), 0
    from interpretations where live_hash is not null group by source_system
    union all
    select 'standardised_records', source_system, 0, count(distinct source_record_id)
    from standardised_records group by source_system
    union all
    -- every row held back or set aside lies where people find it
    select 'quarantine', source_system, count(*), 0
    from interpretations where outcome = 'quarantined' group by source_system
    union all
    select 'quarantine', source_system, 0, count(distinct source_record_id) from quarantine group by source_system
    union all
    select 'set_aside_records', source_system, count(*), 0
    from interpretations where outcome = 'set_aside' group by source_system
    union all
    select 'set_aside_records', source_system, 0, count(distinct source_record_id)
    from set_aside_records group by source_system
    union all
    -- every record is in a cluster, and at home with one customer
    select 'clusters', '', count(*), 0 from standardised_records
    union all
    select 'clusters', '', 0, count(*) from clusters
    union all
    select 'crosswalk', source_system, count(*), 0 from standardised_records group by source_system
    union all
    select 'crosswalk', source_system, 0, count(*) from crosswalk where valid_to is null group by source_system
    union all
    -- every customer of a record is there, with a profile
    select 'customers', '', count(distinct golden_id), 0 from crosswalk where valid_to is null
    union all
    select 'customers', '', 0, count(*) from customers
    union all
    select 'profiles', '', count(*), 0 from customers
    union all
    select 'profiles', '', 0, count(*) from profiles
    union all
    -- everything that happened to a record happened to its customer
    select 'interactions', observed.source_system, count(*), 0
    from observed_interactions as observed
    semi join (select record_id from crosswalk where valid_to is null) as homes
        on homes.record_id = observed.record_id
    group by observed.source_system
    union all
    select 'interactions', source_system, 0, count(*) from interactions group by source_system
)

select place, source_system, cast(sum(n_here) as bigint) as n_here, cast(sum(n_there) as bigint) as n_there
from places
group by place, source_system
having sum(n_here) <> sum(n_there)
order by place, source_system

-- One row per pair a publication speaks of: the stored ones, and those that are one customer by way of other records.
with members as (
    select record_id, golden_id from crosswalk where valid_to is null
),
together as (
    select l.record_id as record_id_l, r.record_id as record_id_r, records.customer_type
    from members as l
    inner join members as r on r.golden_id = l.golden_id and l.record_id < r.record_id
    inner join standardised_records as records on records.record_id = l.record_id
)
select
    coalesce(pairs.record_id_l, together.record_id_l) as record_id_l,
    coalesce(pairs.record_id_r, together.record_id_r) as record_id_r,
    coalesce(pairs.customer_type, together.customer_type) as customer_type,
    pairs.match_weight,
    pairs.match_probability,
    together.record_id_l is not null as is_together,
    coalesce(not /* needs a person */, false) as may_merge
from scored_pairs as pairs
full join together on together.record_id_l = pairs.record_id_l and together.record_id_r = pairs.record_id_r
order by record_id_l, record_id_r

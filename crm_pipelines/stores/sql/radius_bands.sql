-- one row per customer type and band of scored pairs
with old as (
    select customer_type, band, count(*) as n_pairs_before from "before".scored_pairs group by all
),

new as (
    select customer_type, band, count(*) as n_pairs_after from "after".scored_pairs group by all
)

select customer_type, band, coalesce(n_pairs_before, 0) as n_pairs_before, coalesce(n_pairs_after, 0) as n_pairs_after
from old
full join new using (customer_type, band)
order by customer_type, band

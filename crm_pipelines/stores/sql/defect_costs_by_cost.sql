-- what defects cost: what costs most first
select
    source_system, customer_type, field, n_records, n_defective, n_sampled, n_lost, n_split,
    lost_share, lost_share_low, lost_share_high, mean_weight_lost,
    n_unmatched, n_unmatched_low, n_unmatched_high, measured_at, publication
from defect_costs
order by n_unmatched desc nulls last, n_unmatched_high desc nulls last, source_system, customer_type, field

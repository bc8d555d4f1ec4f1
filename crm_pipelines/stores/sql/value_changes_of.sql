-- how the values of a customer changed, the oldest first; changes of one time are one version
select
    dense_rank() over (order by changed_at) + 1 as version,
    changed_at,
    attribute,
    value_before,
    value,
    cause,
    rule,
    record_id_before,
    record_id,
    is_erased,
    run_id
from value_changes
where golden_id = $golden_id
order by seq

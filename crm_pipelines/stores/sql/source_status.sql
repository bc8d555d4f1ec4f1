-- the last word of each source, how long it has been silent, and when it is asked next
select
    coalesce(known.source_system, planned.source_system) as source_system,
    known.state,
    known.last_success_at,
    cast(epoch(cast($now as timestamptz)) - epoch(known.last_success_at) as bigint) as lag_seconds,
    known.last_try_at,
    known.n_failures,
    known.next_try_at,
    known.error_code,
    known.error_facts,
    known.notices,
    planned.next_run_at,
    planned.newest_row_at,
    planned.read_every_seconds,
    planned.row_every_seconds,
    planned.expected_weekdays,
    planned.timezone,
    known.run_id
from source_status as known
full join next_run_times as planned on planned.source_system = known.source_system
order by 1

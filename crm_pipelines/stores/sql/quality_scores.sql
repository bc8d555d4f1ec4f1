-- the scores of now: what was counted of each source, of the golden table, and by the checks of this run
with counts as (
    select
        source_system, field,
        sum(n) as n_all,
        sum(n) filter (status in ('empty', 'placeholder')) as n_missing,
        sum(n) filter (status in ('ok', 'repaired', 'ambiguous', 'invalid')) as n_judged,
        sum(n) filter (status = 'invalid') as n_invalid,
        sum(n) filter (status = 'ambiguous') as n_ambiguous,
        sum(n) filter (status <> 'empty') as n_delivered
    from quality_counts
    where table_name = 'standardised_records'
    group by source_system, field
),

expected as (
    select counts.* from counts
    left join expected_fields using (source_system, field)
    where expected_fields.field is not null or counts.n_delivered > 0
),

own_rows as (
    select
        source_system, count(*) as n_rows, count(*) filter (is_held_back) as n_held_back
    from standardised_records
    where observation is null
    group by source_system
),

quarantined as (
    select source_system, count(distinct coalesce(source_record_id, position)) as n_rows
    from quarantine
    group by source_system
),

repeated as (
    select source_system, sum(n_failed) as n_failed from customer_quality where field is null group by source_system
),

scores as (
    select
        source_system, 'standardised_records' as table_name, field, 'completeness' as dimension,
        'filled' as measure, n_all as n_checked, n_missing as n_failed
    from expected
    union all
    select
        source_system, 'standardised_records', field, 'validity', 'well_formed', n_judged, n_invalid
    from expected
    union all
    select
        source_system, 'standardised_records', field, 'accuracy', 'one_reading',
        n_judged - coalesce(n_invalid, 0), n_ambiguous
    from expected
    union all
    select
        source_system, 'standardised_records', field, 'consistency', 'agrees_with_customer',
        sum(n_checked), sum(n_failed)
    from customer_quality
    where field is not null
    group by source_system, field
    union all
    select
        own_rows.source_system, 'source_records', null, 'uniqueness', 'entered_once',
        own_rows.n_rows, repeated.n_failed
    from own_rows left join repeated on repeated.source_system = own_rows.source_system
    union all
    select
        coalesce(own_rows.source_system, quarantined.source_system), 'source_records', null, 'validity',
        'readable_rows',
        coalesce(own_rows.n_rows, 0) + coalesce(quarantined.n_rows, 0) - coalesce(own_rows.n_held_back, 0),
        quarantined.n_rows
    from own_rows full join quarantined on quarantined.source_system = own_rows.source_system
    union all
    select
        source_system, 'source_records', null, 'timeliness', 'newest_version', n_rows, n_held_back
    from own_rows
    union all
    select
        null, 'customers', field, 'completeness', 'filled', sum(n), sum(n) filter (status = 'empty')
    from quality_counts
    where table_name = 'customers'
    group by field
    union all
    select
        null, table_name, null, dimension, "check", n_checked, n_failed
    from quality_results
    where run_id = $run_id and not contains(coalesce(message_facts, ''), '"of_changes": true')
)

select
    source_system, table_name, field, dimension, measure,
    cast(n_checked as bigint) as n_checked,
    cast(coalesce(n_failed, 0) as bigint) as n_failed,
    (n_checked - coalesce(n_failed, 0)) / n_checked as score,
    $now as counted_at, $now as scored_at, $run_id as run_id
from scores
where n_checked > 0
order by source_system nulls last, table_name, field nulls first, dimension, measure

-- plain mentions by what becomes of them: one that follows a version that still waits repeats it; any other says what the
-- last reading of its record saw
insert into counted_mentions by name
select
    mention.batch,
    mention.source_system,
    case when waiting.source_record_id is not null then 'superseded' else coalesce(meant.outcome, 'unchanged') end
        as disposition,
    count(*) as n_rows,
    cast(null as varchar) as run_id
from mentions as mention
left join (select distinct source_record_id from deliveries where disposition is null) as waiting
    on waiting.source_record_id = mention.source_record_id
left join (select source_record_id, outcome from interpretations where outcome <> 'live') as meant
    on meant.source_record_id = mention.source_record_id
group by all

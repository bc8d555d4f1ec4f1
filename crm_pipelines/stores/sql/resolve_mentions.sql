-- what each mention that is not plain stands for: the version of its key that was the last before it, in these batches or
-- known before them.
-- A mention of a key that nobody knows, or that is gone, tells nothing: a row with a fault
with versions as (
    select
        source_record_id, cast(batch as hugeint) * 4294967296 + row_number as place,
        stream, payload, fault_code, fault_facts, version_hash, is_deleted
    from arrivals
    where source_record_id in (select source_record_id from other_mentions)
    union all
    select source_record_id, -1 as place, stream, payload, fault_code, fault_facts, version_hash, is_deleted
    from source_records
    where source_record_id in (select source_record_id from other_mentions)
)

select
    mention.batch, mention.row_number, mention.source_system, mention.source_id, mention.source_record_id,
    coalesce(said.stream, mention.stream) as stream,
    coalesce(said.payload, '{}') as payload,
    mention.position,
    case when said.payload is null then 'row.only_mentioned' else said.fault_code end as fault_code,
    said.fault_facts,
    coalesce(said.version_hash, md5_number_lower('row.only_mentioned')) as version_hash,
    false as is_deleted,
    mention.delivered_at
from other_mentions as mention
asof left join (select * from versions) as said
    on said.source_record_id = mention.source_record_id
    and cast(mention.batch as hugeint) * 4294967296 + mention.row_number >= said.place

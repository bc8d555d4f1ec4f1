-- rows without a key, named after their place, where a later read found a row with a key in the same place: mended
with places as (
    select
        source_system,
        position,
        max(batch) filter (where source_id is not null) as keyed_batch,
        max(batch) filter (where source_id is null) as keyless_batch,
        max_by(delivered_at, batch) filter (where source_id is not null) as delivered_at
    from (
        select source_system, position, batch, source_id, delivered_at from arrivals
        union all
        select source_system, position, batch, source_id, delivered_at from mentions
    ) as shown
    where position in (select position from source_records where source_id is null and not is_deleted)
    group by source_system, position
)

select
    known.source_record_id, known.source_system, known.source_id, known.stream, known.version_hash,
    places.keyed_batch as batch, places.delivered_at
from source_records as known
inner join places on places.source_system = known.source_system and places.position = known.position
where known.source_id is null
    and not known.is_deleted
    and places.keyed_batch > coalesce(places.keyless_batch, known.batch)
order by known.source_record_id

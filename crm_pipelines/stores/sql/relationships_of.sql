-- the relationships of some customers in both directions, with anybody or with some others; the table is sorted by whose
-- they are, so each direction is asked by itself
select golden_id_from, kind, golden_id_to, since, evidence, keys, record_ids_from, record_ids_to
from relationships
where golden_id_from in (select unnest(cast($ids as varchar[])))
    and (cast($others as varchar[]) is null or list_contains($others, golden_id_to))
union
select golden_id_from, kind, golden_id_to, since, evidence, keys, record_ids_from, record_ids_to
from relationships
where golden_id_to in (select unnest(cast($ids as varchar[])))
    and (cast($others as varchar[]) is null or list_contains($others, golden_id_from))
order by kind, golden_id_from, golden_id_to
limit $most

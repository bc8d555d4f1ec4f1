-- where the records of some rows live and lived: a row's id is that of its records without their part
select split_part(record_id, '#', 1) as source_record_id, record_id, golden_id, source_system, source_id, observation,
    valid_from as since, valid_to is null as is_live
from crosswalk
where split_part(record_id, '#', 1) in (select unnest($rows))
order by source_record_id, record_id, since, golden_id

-- where the records of some rows live and lived: a row's id is that of its records without their part. Records that live
-- are looked up; rows of the crosswalk that have ended are few
with live as materialized (
    select record_id, golden_id
    from homes
    where record_id in (
        select record_id from standardised_records where source_record_id in (select unnest($rows)))
)

select split_part(record_id, '#', 1) as source_record_id, record_id, golden_id, source_system, source_id, observation,
    valid_from as since, true as is_live
from crosswalk
where valid_to is null and golden_id in (select golden_id from live) and record_id in (select record_id from live)
union all
select split_part(record_id, '#', 1), record_id, golden_id, source_system, source_id, observation, valid_from, false
from crosswalk
where valid_to is not null and split_part(record_id, '#', 1) in (select unnest($rows))
order by source_record_id, record_id, since, golden_id

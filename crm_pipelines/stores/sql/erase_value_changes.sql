-- values said by records that are gone are gone from the history too, and so is what a steward typed for a customer of
-- whom nothing is left; that something changed, when and why, stays
update candidate.value_changes set
    value_before = case when is_gone_before then null else value_before end,
    value = case when is_gone then null else value end,
    is_erased = true
from (
    select
        listed.seq as number,
        listed.record_id_before in (select record_id from temp.gone_records)
            or (listed.pin_id_before is not null and bereft.golden_id is not null) as is_gone_before,
        listed.record_id in (select record_id from temp.gone_records)
            or (listed.pin_id is not null and bereft.golden_id is not null) as is_gone
    from candidate.value_changes as listed
    left join (
        select distinct golden_id from main.crosswalk
        where record_id in (select record_id from temp.gone_records)
            and golden_id not in (select golden_id from main.crosswalk where valid_to is null)
    ) as bereft on bereft.golden_id = listed.golden_id
) as found
where found.number = seq and (is_gone_before or is_gone)

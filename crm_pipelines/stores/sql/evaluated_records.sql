-- One row per live record: its customer, and what its figures are told apart by.
select
    crosswalk.record_id,
    crosswalk.golden_id,
    records.customer_type,
    crosswalk.source_system,
    coalesce(
        raw_values ->> 'name',
        nullif(concat(raw_values ->> 'family_name', raw_values ->> 'given_name'), ''),
        raw_values ->> 'organisation_name',
        raw_values ->> 'name_kana',
        raw_values ->> 'organisation_name_kana',
        name,
        organisation_name
    ) as written_name
from crosswalk
left join standardised_records as records on records.record_id = crosswalk.record_id
where crosswalk.valid_to is null
order by crosswalk.record_id

-- What a person compares of some records; several values of a field as one text.
select
    record_id,
    name,
    coalesce(name_kana, organisation_name_kana) as name_kana,
    organisation_name,
    birth_date,
    gender,
    corporate_number,
    array_to_string(coalesce(nullif(email_values, []), [email]), ' / ') as email,
    array_to_string(coalesce(nullif(phone_values, []), [phone]), ' / ') as phone,
    postal_code,
    address
from standardised_records
where record_id in (select unnest($record_ids))
order by record_id

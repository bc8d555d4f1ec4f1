-- by what customers are found: a function of the published rows. Readings of organisations stand in kana (`k`);
-- whoever writes the index turns them into Latin letters, as those of persons are
with own as (
    select
        crosswalk.golden_id,
        lower(crosswalk.source_system || ':' || crosswalk.source_id) as source_name,
        lower(crosswalk.source_id) as source_key,
        told.*
    from crosswalk
    inner join (
        select
            record_id,
            customer_type,
            name_key,
            former_name_key,
            organisation_name_key,
            corporate_number_key,
            list_concat(coalesce(email_keys, []), coalesce(shared_email_keys, [])) as emails,
            list_concat(coalesce(phone_keys, []), coalesce(shared_phone_keys, [])) as phones,
            if(
                len(coalesce(reading_keys, [])) > 0,
                reading_keys,
                list_concat(coalesce(family_reading_keys, []), coalesce(given_reading_keys, []))
            ) as sounds
        from standardised_records
    ) as told on told.record_id = crosswalk.record_id
    where crosswalk.valid_to is null /* wanted */
),

names as (
    select golden_id, name_key as key, false as is_organisation from own
    union
    select golden_id, former_name_key, false from own
    union
    select golden_id, organisation_name_key, true from own where customer_type = 'organisation'
),

readings as (
    select golden_id, unnest(sounds) as key from own where customer_type = 'person'
),

phones as (
    select golden_id, unnest(phones) as key from own
)

select distinct kind, key, golden_id
from (
    select 'i' as kind, replace(golden_id, '-', '') as key, golden_id from own
    union all
    select 'o', replace(redirects.golden_id, '-', ''), redirects.redirects_to
    from redirects
    where redirects.valid_to is null and redirects.redirects_to in (select golden_id from own)
    union all
    select 's', source_name, golden_id from own
    union all
    select 's', source_key, golden_id from own
    union all
    select 'c', corporate_number_key, golden_id from own
    union all
    select 'e', unnest(emails), golden_id from own
    union all
    select 'p', key, golden_id from phones
    union all
    select 'P', reverse(key), golden_id from phones
    union all
    select 'n', key, golden_id from names
    union all
    select 'N', reverse(key), golden_id from names
    union all
    select 't', substr(key, unnest(range(2, least(len(key), 12)))), golden_id from names where is_organisation
    union all
    select 'r', key, golden_id from readings
    union all
    select 'R', reverse(key), golden_id from readings
    union all
    select 'k', unnest(sounds), golden_id from own where customer_type = 'organisation'
    union all
    select 'w', organisation_name_key, golden_id from own where customer_type = 'person'
) as keys
where key is not null and key <> ''
order by kind, key, golden_id

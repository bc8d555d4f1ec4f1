-- by what the customers in `wanted` are found: a function of the published rows. Readings of organisations stand in kana
-- (`k`); whoever writes the index turns them into Latin letters, as those of persons are. A key may stand there twice
with own as materialized (
    select
        wanted.customer,
        lower(crosswalk.source_system || ':' || crosswalk.source_id) as source_name,
        lower(crosswalk.source_id) as source_key,
        told.*
    from temp.wanted as wanted
    inner join crosswalk on crosswalk.golden_id = wanted.golden_id and crosswalk.valid_to is null
    inner join (
        select
            record_id,
            customer_type,
            name_key,
            former_name_key,
            organisation_name_key,
            name_kana_key,
            organisation_name_kana_key,
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
),

names as materialized (
    select customer, name_key as key, false as is_organisation from own
    union
    select customer, former_name_key, false from own
    union
    select customer, organisation_name_key, true from own where customer_type = 'organisation'
),

readings as (
    select customer, unnest(sounds) as key from own where customer_type = 'person'
),

phones as (
    select customer, unnest(phones) as key from own
)

select kind, key, customer
from (
    select 'i' as kind, replace(golden_id, '-', '') as key, customer from temp.wanted
    union all
    select 'o', replace(redirects.golden_id, '-', ''), wanted.customer
    from redirects
    inner join temp.wanted as wanted on wanted.golden_id = redirects.redirects_to
    where redirects.valid_to is null
    union all
    select 's', source_name, customer from own
    union all
    select 's', source_key, customer from own
    union all
    select 'c', corporate_number_key, customer from own
    union all
    select 'e', unnest(emails), customer from own
    union all
    select 'p', key, customer from phones
    union all
    select 'P', reverse(key), customer from phones
    union all
    select 'n', key, customer from names
    union all
    select 'N', reverse(key), customer from names
    union all
    select 't', substr(key, unnest(range(2, least(len(key), 12)))), customer from names where is_organisation
    union all
    select 'r', key, customer from readings
    union all
    select 'R', reverse(key), customer from readings
    union all
    select 'k', unnest(sounds), customer from own where customer_type = 'organisation'
    union all
    select 'a', name_kana_key, customer from own
    union all
    select 'a', organisation_name_kana_key, customer from own
    union all
    select 'w', organisation_name_key, customer from own where customer_type = 'person'
) as keys
where key is not null and key <> ''

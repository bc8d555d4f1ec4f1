-- every record of one customer type that has one of the contact points or names asked about
select row_number() over (order by record_id) as record_key, *
from standardised_records
where customer_type = $customer_type
    and (
        list_has_any(  -- matching compares mail addresses without their tag
            list_transform(
                list_concat(coalesce(email_keys, []), coalesce(shared_email_keys, [])),
                lambda x: regexp_replace(x, '^([^+@]+)[+][^@]*@', '\1@')
            ),
            $emails
        )
        or list_has_any(phone_keys, $phones) or list_has_any(shared_phone_keys, $phones)
        or list_contains($addresses, address_key)
        or list_contains($names, organisation_name_key)
    )
order by record_id

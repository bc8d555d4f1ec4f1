-- the customers of which one record has all the keys that are asked for; null: not asked for
select crosswalk.golden_id, list(crosswalk.record_id order by crosswalk.record_id)[:20] as record_ids
from standardised_records as records
inner join crosswalk on crosswalk.record_id = records.record_id and crosswalk.valid_to is null /* among */
where (cast($emails as varchar[]) is null
    or list_has_any(records.email_keys, $emails) or list_has_any(records.shared_email_keys, $emails))
    and (cast($phones as varchar[]) is null
        or list_has_any(records.phone_keys, $phones) or list_has_any(records.shared_phone_keys, $phones))
    and (cast($names as varchar[]) is null
        or list_contains($names, records.name_key) or list_contains($names, records.name_kana_key))
    and (cast($companies as varchar[]) is null
        or list_contains($companies, records.organisation_name_key)
        or list_contains($companies, records.organisation_name_kana_key))
group by crosswalk.golden_id
order by crosswalk.golden_id
limit $n_most

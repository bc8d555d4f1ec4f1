-- one row: how many customers there are and would be, how many ids stay, and how many keep the very same records
with old_members as (
    select golden_id, list(record_id order by record_id) as record_ids
    from "before".crosswalk
    where valid_to is null
    group by golden_id
),

new_members as (
    select golden_id, list(record_id order by record_id) as record_ids
    from "after".crosswalk
    where valid_to is null
    group by golden_id
),

news as (
    select distinct golden_id
    from "after".value_changes
    where seq > (select coalesce(max(seq), 0) from "before".value_changes)
)

select
    (select count(*) from "before".customers) as n_customers_before,
    (select count(*) from "after".customers) as n_customers_after,
    (select count(*) from "before".customers semi join "after".customers using (golden_id)) as n_ids_kept,
    (select count(*) from old_members inner join new_members using (golden_id, record_ids)) as n_ids_untouched,
    (select count(*) from news semi join "before".customers using (golden_id)) as n_customers_revalued

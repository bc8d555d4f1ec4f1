-- redirects that no longer hold end
update redirects set valid_to = $happened_at, run_id = $run_id
where valid_to is null
    and golden_id in (select golden_id from touched)
    and not exists (
        select 1 from wanted
        where wanted.golden_id = redirects.golden_id and wanted.redirects_to = redirects.redirects_to
    )

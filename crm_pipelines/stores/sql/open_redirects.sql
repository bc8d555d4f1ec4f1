-- redirects that newly hold begin
insert into redirects by name
select golden_id, redirects_to, reason, cast($happened_at as timestamptz) as valid_from, $run_id as run_id
from wanted
where not exists (
    select 1 from redirects
    where redirects.valid_to is null
        and redirects.golden_id = wanted.golden_id and redirects.redirects_to = wanted.redirects_to
)
order by golden_id, redirects_to

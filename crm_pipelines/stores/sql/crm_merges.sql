-- one row per retired golden id and living id it leads to
select golden_id, redirects_to, reason, valid_from as since
from redirects
where valid_to is null
order by golden_id, redirects_to

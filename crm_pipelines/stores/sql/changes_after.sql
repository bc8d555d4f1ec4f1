-- what others must follow behind a place, and where each id leads now
select
    changes.seq, changes.golden_id, changes.kind,
    case
        when any_value(customers.golden_id) is not null then [changes.golden_id]
        else coalesce(
            list_sort(list(redirects.redirects_to) filter (where redirects.redirects_to is not null)),
            cast([] as varchar[])
        )
    end as resolves_to
from (select seq, golden_id, kind from changes where seq > $since order by seq limit $n_most) as changes
left join customers on customers.golden_id = changes.golden_id
left join redirects on redirects.golden_id = changes.golden_id and redirects.valid_to is null
group by changes.seq, changes.golden_id, changes.kind
order by changes.seq

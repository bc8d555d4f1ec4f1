-- ids that were given out and read like a mistyped one: a character wrong, missing or too many, or two swapped
select distinct golden_id
from identity_log
where damerau_levenshtein(replace(golden_id, '-', ''), $plain) <= 1
order by golden_id
limit 3

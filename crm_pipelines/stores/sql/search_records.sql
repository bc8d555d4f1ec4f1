-- the live records of the customers in `wanted`, each with its columns in one text; as they come, since sorting texts of
-- a whole base would take more memory than all the rest
select told.record_id, wanted.customer, json_array(/* columns */) as columns
from temp.wanted as wanted
inner join crosswalk on crosswalk.golden_id = wanted.golden_id and crosswalk.valid_to is null
inner join standardised_records as told on told.record_id = crosswalk.record_id

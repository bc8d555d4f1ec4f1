-- records that moved or left end their period
update crosswalk set valid_to = $happened_at, run_id = $run_id
where valid_to is null and record_id in (select record_id from movements)

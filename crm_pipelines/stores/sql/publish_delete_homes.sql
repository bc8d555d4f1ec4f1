-- the records of customers that changed leave the candidate
delete from candidate.homes where golden_id in (select key from temp.changed_customers)

-- contact points of records whose pairs changed leave the candidate
delete from candidate.contact_names where record_id in (select record_id from temp.paired_records)

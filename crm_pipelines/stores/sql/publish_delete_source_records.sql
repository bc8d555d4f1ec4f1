-- source records that changed leave the candidate
delete from candidate.source_records where source_record_id in (select key from temp.changed_source_records)

-- pairs of records whose pairs changed leave the candidate; each side is looked through by itself: the database skips what
-- cannot match, but not behind an `or`
delete from candidate.scored_pairs
where rowid in (
    select rowid from candidate.scored_pairs where record_id_l in (select record_id from temp.paired_records)
    union
    select rowid from candidate.scored_pairs where record_id_r in (select record_id from temp.paired_records))

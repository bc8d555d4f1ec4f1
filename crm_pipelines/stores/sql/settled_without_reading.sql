-- versions whose outcome is known without reading them: deletions, and those that say what the last reading saw
select
    version.source_record_id,
    case when version.is_deleted then 'deleted' else known.outcome end as outcome,
    version.place,
    version.version_hash,
    false as is_read
from round_versions as version
left join interpretations as known on known.source_record_id = version.source_record_id
where version.is_deleted
    or (
        version.is_known
        and version.source_system not in (select source_system from changed_meanings)
        and version.source_record_id not in (select source_record_id from changed_corrections)
    )

"""Consent events folded into consent state: the strictest word counts.

Within one record the latest event counts (at the same time a refusal before a consent). Across the records of a
customer, and between sources and the ledger, the strictest of these states counts: one refusal is a refusal. Only a
consent recorded in the ledger that names the refusal and is not older lifts it: a source that refuses anew under the
same name is not lifted by what was said before.
"""


def consents_sql() -> str:
    """SQL for the rows of `consents` of the customers in `changed_golden`, sorted.

    Reads `consent_events` (of sources) and `ledger_consents` (consent_event_id, record_id, purpose, channel, granted,
    obtained_at, proof, names_refusal: the event it lifts, or null). One row per customer, purpose and channel.
    """
    return """
        with homes as (
            select record_id, golden_id from crosswalk
            where valid_to is null and golden_id in (select golden_id from changed_golden)
        ),

        told as (
            select consent_event_id, record_id, purpose, channel, granted, obtained_at, proof, 'source' as told_by
            from consent_events
            union all
            select consent_event_id, record_id, purpose, channel, granted, obtained_at, proof, 'ledger'
            from ledger_consents
        ),

        events as (
            select * from told
            where record_id in (select record_id from homes) and (told.granted or not exists (
                select 1 from ledger_consents as lifting
                where lifting.granted
                    and lifting.names_refusal = told.consent_event_id
                    and lifting.obtained_at >= told.obtained_at))
        ),

        latest_of_record as (
            select
                record_id, purpose, channel, told_by,
                arg_max(struct_pack(granted, obtained_at, proof), (coalesce(obtained_at, timestamptz '1970-01-01 00:00:00+00'), not granted, consent_event_id)) as last
            from events
            group by record_id, purpose, channel, told_by
        ),

        of_customers as (
            select homes.golden_id, latest.record_id, latest.told_by, latest.purpose, latest.channel, latest.last
            from latest_of_record as latest
            inner join homes on homes.record_id = latest.record_id
        )

        select golden_id, purpose, channel, decisive.granted, decisive.obtained_at as since, decisive.proof
        from (
            select
                golden_id, purpose, channel,
                arg_max(last, (not last.granted, last.obtained_at, record_id, told_by)) as decisive
            from of_customers
            group by golden_id, purpose, channel
        ) as strictest
        order by golden_id, purpose, channel"""  # noqa: E501

"""The golden customer and its contact points, from ranked values and members."""

from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS


def customers_sql() -> str:
    """SQL for the rows of `customers` of the customers in `changed_members`.

    Reads `changed_values` (rows of attribute_values of the same customers) and `changed_members`. One row per golden
    customer, sorted by golden_id. A customer without any name is shown by the best other thing known of it.
    """
    pivoted = ", ".join(
        f"max(value) filter (where attribute = '{attribute}' and survives) as \"{attribute}\""
        for attribute in GOLDEN_COLUMNS
    )
    columns = ", ".join(f'golden."{attribute}"' for attribute in GOLDEN_COLUMNS)
    return f"""
        select
            members.golden_id,
            members.customer_type,
            case members.customer_type
                when 'organisation' then
                    coalesce(golden.organisation_name, golden.organisation_name_kana, golden.name, golden.website,
                        golden.email, golden.phone, golden.corporate_number, members.golden_id)
                else coalesce(golden.name, golden.name_kana, golden.email, golden.phone, members.golden_id)
            end as display_name,
            {columns},
            members.record_count,
            members.source_systems,
            members.first_seen_at,
            members.last_seen_at,
            members.updated_at
        from (
            select
                golden_id,
                max(customer_type) as customer_type,
                cast(count(distinct source_record_id) as integer) as record_count,
                list_sort(list(distinct source_system)) as source_systems,
                min(first_delivered_at) as first_seen_at,
                max(delivered_at) as last_seen_at,
                max(coalesce(updated_at, delivered_at)) as updated_at
            from changed_members
            group by golden_id
        ) as members
        left join (
            select golden_id, {pivoted} from changed_values group by golden_id
        ) as golden on golden.golden_id = members.golden_id
        order by members.golden_id"""  # noqa: S608


def contact_points_sql() -> str:
    """SQL for the rows of `contact_points` of the customers in `changed_members`, sorted.

    One row per golden customer, kind and value. The primary one is the survivor, also one that a steward pinned and no
    record names; a role mailbox or a representative line is marked as shared. Reads `changed_members` and
    `changed_values`.
    """
    return """
        with points as (
            select golden_id, 'email' as kind, unnest(email_values) as value, record_id,
                coalesce(updated_at, delivered_at) as seen_at, shared_email_keys as shared_keys
            from changed_members
            union all
            select golden_id, 'phone', unnest(phone_values), record_id,
                coalesce(updated_at, delivered_at), shared_phone_keys
            from changed_members
            union all
            select golden_id, 'address', address, record_id, coalesce(updated_at, delivered_at), []
            from changed_members
            where address is not null and address_status not in ('placeholder', 'invalid')
            union all
            select golden_id, attribute, value, null, observed_at, []
            from changed_values
            where pin_id is not null and attribute in ('email', 'phone', 'address')
        )

        select
            points.golden_id,
            points.kind,
            points.value,
            bool_or(survivor.value is not null) as is_primary,
            bool_or(coalesce(list_contains(points.shared_keys, points.value), false)) as is_shared,
            max(points.seen_at) as last_seen_at,
            coalesce(
                list_sort(list(distinct points.record_id) filter (where points.record_id is not null)), []
            ) as record_ids
        from points
        left join changed_values as survivor
            on survivor.golden_id = points.golden_id and survivor.attribute = points.kind and survivor.survives
                and survivor.value = points.value
        where points.value is not null
        group by points.golden_id, points.kind, points.value
        order by points.golden_id, points.kind, points.value"""


def pinned_values_sql() -> str:
    """SQL of the pins that hold: (golden_id, attribute, value, pinned_by, pin_id, pinned_at, pinned_until), sorted.

    Reads `pins` (seq, pin_id, record_ids, attribute, value, steward, pinned_at, expires_at) and the open rows of
    `crosswalk`. A pin speaks of the customer that holds most of the records it was set on, ties by the smaller golden
    id; of several pins on one attribute the latest counts. A null value pins the attribute as empty.
    """
    return """
        with homes as (
            select pins.seq, crosswalk.golden_id, count(*) as n_records
            from (select seq, unnest(record_ids) as record_id from pins) as pins
            inner join crosswalk on crosswalk.record_id = pins.record_id and crosswalk.valid_to is null
            group by pins.seq, crosswalk.golden_id
        ),

        speaks_of as (
            select seq, min_by(golden_id, (-n_records, golden_id)) as golden_id from homes group by seq
        )

        select
            speaks_of.golden_id,
            pins.attribute,
            pins.value,
            pins.steward as pinned_by,
            pins.pin_id,
            pins.pinned_at,
            pins.expires_at as pinned_until
        from speaks_of
        inner join pins on pins.seq = speaks_of.seq
        qualify row_number() over (partition by speaks_of.golden_id, pins.attribute order by pins.seq desc) = 1
        order by speaks_of.golden_id, pins.attribute"""


def source_changes_sql() -> str:
    """SQL of what sources said against a pin after it was set: (golden_id, attribute, source_changed_at).

    The latest delivery of a member that has another value than the pinned one, past the time of the pin: it follows
    from the data and the ledger alone, so a rebuild says the same. Reads `pinned`, `changed_values`, `changed_members`.
    """
    return """
        select pinned.golden_id, pinned.attribute, max(members.delivered_at) as source_changed_at
        from pinned
        inner join changed_values as said
            on said.golden_id = pinned.golden_id and said.attribute = pinned.attribute
                and said.rule <> 'not_a_value' and said.value is distinct from pinned.value
        inner join changed_members as members
            on members.record_id = said.record_id and members.delivered_at > pinned.pinned_at
        group by pinned.golden_id, pinned.attribute
        order by pinned.golden_id, pinned.attribute"""

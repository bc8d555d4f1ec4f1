"""`customers`: one row per live golden customer, held up by the source records that the crosswalk gives it."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="customers",
    key=("golden_id",),
    scope={"golden_id": ("golden_id",)},
    queries={
        # A customer without a source record has nothing to stand on; a wrong count is a crosswalk out of step.
        "record_count_differs": """
            select checked.golden_id
            from {rows} as checked
            left join (
                select golden_id, count(distinct (source_system, source_id)) as n_records
                from crosswalk
                where valid_to is null and golden_id in (select golden_id from {rows} as listed)
                group by golden_id
            ) as lived on lived.golden_id = checked.golden_id
            where lived.n_records is null or lived.n_records <> checked.record_count
        """,
        "seen_backwards": "select golden_id from {rows} as checked where first_seen_at > last_seen_at",
    },
)

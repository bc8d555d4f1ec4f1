"""`crosswalk`: one row per record and period; the open period says whose the record is now."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="crosswalk",
    key=("record_id",),
    scope={"golden_id": ("golden_id",), "record_id": ("record_id",)},
    open_row="valid_to is null",
    queries={
        # Closed periods point at retired ids, so this is no plain reference to customers.
        "open_period_of_no_customer": """
            select checked.record_id
            from {rows} as checked
            where checked.valid_to is null
              and not exists (select 1 from customers where customers.golden_id = checked.golden_id)
        """,
        "period_backwards": "select record_id from {rows} as checked where valid_to < valid_from",
    },
)

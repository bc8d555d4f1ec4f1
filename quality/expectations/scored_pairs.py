"""`scored_pairs`: one row per pair above the floor, the smaller record id on the left."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="scored_pairs",
    key=("record_id_l", "record_id_r"),
    scope={"record_id": ("record_id_l", "record_id_r")},
    queries={
        "not_in_order": """
            select record_id_l, record_id_r
            from {rows} as checked
            where record_id_l >= record_id_r
        """,
    },
)

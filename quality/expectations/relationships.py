"""`relationships`: one row per two customers and a kind."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="relationships",
    key=("golden_id_from", "kind", "golden_id_to"),
    scope={"golden_id": ("golden_id_from", "golden_id_to")},
    queries={
        # Two observations of one row that were merged would leave a customer employed by itself.
        "to_itself": """
            select golden_id_from, kind, golden_id_to
            from {rows} as checked
            where golden_id_from = golden_id_to
        """,
    },
)

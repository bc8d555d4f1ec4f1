"""`contact_points`: one row per golden customer and email, phone or address; at most one of a kind is the primary."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="contact_points",
    key=("golden_id", "kind"),
    scope={"golden_id": ("golden_id",)},
    queries={
        "several_primaries": """
            select golden_id, kind
            from {rows} as checked
            where is_primary
            group by golden_id, kind
            having count(*) > 1
        """,
    },
)

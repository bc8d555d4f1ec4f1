"""`redirects`: one row per retired golden id and period; following it must end at a live customer."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="redirects",
    key=("golden_id",),
    scope={"golden_id": ("golden_id", "redirects_to")},
    open_row="valid_to is null",
    queries={
        "retired_id_is_live": """
            select checked.golden_id
            from {rows} as checked
            where checked.valid_to is null
              and exists (select 1 from customers where customers.golden_id = checked.golden_id)
        """,
        # The target may have retired in its turn; then a redirect of its own leads on, unless nothing took its place.
        "leads_to_itself": "select golden_id from {rows} as checked where golden_id = redirects_to",
    },
)

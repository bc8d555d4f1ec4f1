"""`profiles`: the 360 view, one row per golden customer."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(name="profiles", key=("golden_id",), scope={"golden_id": ("golden_id",)})

"""`interactions`: one row per event of a golden customer."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(name="interactions", key=("golden_id",), scope={"golden_id": ("golden_id",)})

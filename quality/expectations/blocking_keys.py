"""`blocking_keys`: one row per record and key by which it is compared with others."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(name="blocking_keys", key=("record_id",), scope={"run_id": ("run_id",)})

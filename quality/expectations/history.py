"""`changes`, `value_changes` and `identity_log`: what others must follow, what changed, what happened to every id."""

from quality.expectations.checked_table import CheckedTable

CHANGES = CheckedTable(name="changes", key=("seq", "golden_id"), scope={"golden_id": ("golden_id",)})
IDENTITY_LOG = CheckedTable(name="identity_log", key=("event_id",), scope={"golden_id": ("golden_id",)})
VALUE_CHANGES = CheckedTable(name="value_changes", key=("seq", "golden_id"), scope={"golden_id": ("golden_id",)})

"""`consents`: one row per golden customer, purpose and channel."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(name="consents", key=("golden_id", "purpose", "channel"), scope={"golden_id": ("golden_id",)})

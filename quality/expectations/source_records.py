"""`source_records`: one row per delivered row, by its latest version; the first observation of it has its id."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(name="source_records", key=("source_record_id",), scope={"record_id": ("source_record_id",)})

"""What a landing batch says of itself: where it stands in the order of all batches, and the bookmark after it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crm_pipelines.model.delivery import Bookmark, JsonValue
from crm_pipelines.model.errors import StoreError

FORMAT_VERSION = 2
ROWS_NAME = "rows.parquet"
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One batch of one read of one source.

    Attributes:
        format_version: of the batch's layout.
        sequence: place in the order of all batches of all sources, from 1; replay goes by it.
        source: name of the source in the project.
        run_id: the run that read it.
        connector: name of the connector.
        read_id: tells the batches of one read from those of the next.
        part: place of the batch in its read, from 1.
        is_last_part: the read came to its end with this batch; false for ever when it broke off.
        is_complete_read: last part only: the read showed every live row of the source.
        bookmark: where the next read goes on.
        n_rows: rows in `rows.parquet`, faulty ones and deletions included.
        n_faults: rows that could not be read.
        sha256: of `rows.parquet`, hex.
        columns: column or property name to the JSON types seen, sorted.
        started_at: when the read began, ISO 8601.
        ended_at: when the batch was written, ISO 8601.
        accepts_shrink: a person accepted beforehand that this read deletes more than the source's limit.
        backfill: of a batch that read a range of time again: `since`, `until` (ISO 8601) and the backfill's own
            `bookmark`; `bookmark` is then that of the live reads, as it was. None for a live read.
        source_schema: what the source's rows look like after this batch, as `SourceSchema.to_json`.
    """

    format_version: int
    sequence: int
    source: str
    run_id: str
    connector: str
    read_id: str
    part: int
    is_last_part: bool
    is_complete_read: bool
    bookmark: Bookmark
    n_rows: int
    n_faults: int
    sha256: str
    columns: Mapping[str, tuple[str, ...]]
    started_at: str
    ended_at: str
    accepts_shrink: bool = False
    backfill: Mapping[str, JsonValue] | None = None
    source_schema: Mapping[str, JsonValue] = field(default_factory=dict)

    def to_json(self) -> str:
        """As it lies on the disk; ASCII, so that a bookmark comes back exactly, whatever file name stands in it."""
        return json.dumps(asdict(self), indent=1)


def folder_name(sequence: int) -> str:
    """Twelve digits, so that names sort as numbers do."""
    return f"{sequence:012d}"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a batch folder.

    Raises:
        StoreError: `store.damaged_batch` when it cannot be read, `store.newer_schema` when a newer version of this
            program wrote it.
    """
    name = f"{folder.parent.name}/{folder.name}"
    try:
        found = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        version = int(found["format_version"])
        if version > FORMAT_VERSION:
            raise StoreError("store.newer_schema", name=name, found=str(version), known=str(FORMAT_VERSION))
        found["columns"] = {column: tuple(types) for column, types in found["columns"].items()}
        return Manifest(**found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("store.damaged_batch", name=name, file=MANIFEST_NAME) from error

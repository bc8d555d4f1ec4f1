"""What tests do with pages: take them as far as they come, store their bookmarks, see what their rows mean."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from crm_pipelines.model.delivery import Bookmark, DeliveredRow, Page
from crm_pipelines.rules.mapping_files import shipped_mapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place


def stored(bookmark: Bookmark | None) -> Any:
    """A bookmark as it comes back from a manifest."""
    return json.loads(json.dumps(bookmark))


def keep(pages: Iterator[Page], got: list[Page]) -> None:
    """Take pages until they break off; those before stay."""
    for page in pages:
        got.append(page)


def meaning_of(rows: list[DeliveredRow], mapping: str, source: str) -> Interpretation:
    """What rows of a source in Japan mean by a shipped mapping."""
    meaning = SourceMeaning(source, shipped_mapping(mapping).mapping, Place("JP", "Asia/Tokyo"), b"key")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    texts = [(row, json.dumps(dict(row.data))) for row in rows]
    versions = [
        Version(f"{source}:{row.key}", row.key, row.stream, text, row.position, row.fault, at, at)
        for row, text in texts
    ]
    return interpret(meaning, versions)

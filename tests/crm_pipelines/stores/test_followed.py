from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.followed import Followed, followed, note_followed
from crm_pipelines.stores.project_paths import ProjectPaths


def test_what_was_noted_last_is_read(tmp_path: Path) -> None:
    paths = ProjectPaths(tmp_path)
    assert followed(paths) is None
    for seq in (3, 7):
        note_followed(paths, Followed(seq, datetime(2026, 4, seq, tzinfo=UTC)))
    assert followed(paths) == Followed(7, datetime(2026, 4, 7, tzinfo=UTC))


@pytest.mark.parametrize("content", ["", "{}", '{"ledger_seq": "x", "at": "y"}', "[]"])
def test_a_damaged_note_is_named(tmp_path: Path, content: str) -> None:
    paths = ProjectPaths(tmp_path)
    paths.published.mkdir(parents=True)
    paths.followed.write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=r"store\.damaged_file.*FOLLOWED"):
        followed(paths)

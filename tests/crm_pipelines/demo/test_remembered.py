from datetime import date
from pathlib import Path

import pytest

from crm_pipelines.demo.remembered import Remembered, recall, remember


def test_what_was_remembered_is_recalled(tmp_path: Path) -> None:
    world = Remembered(100, 7, "hard", date(2026, 4, 1), 1)
    remember(tmp_path, world)
    assert recall(tmp_path) == world


def test_an_empty_folder_holds_no_world(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        recall(tmp_path)

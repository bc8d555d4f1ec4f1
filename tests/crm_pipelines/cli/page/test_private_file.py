"""Files that only their owner reads."""

import stat
from pathlib import Path

import pytest

from crm_pipelines.cli.page.private_file import write_private
from crm_pipelines.cli.refusals import RefusedInputError


def test_only_the_owner_may_read_also_what_was_open_to_others(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInputError):
        write_private(tmp_path / "none" / "page.html", "new")

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores import durable


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="crm-read-only-"))
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)  # root may write anywhere
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_content_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    durable.write_text(tmp_path / "deep" / "CURRENT", "one")
    durable.write_text(tmp_path / "deep" / "CURRENT", "二")
    assert durable.read_pointer(tmp_path / "deep" / "CURRENT") == "二"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["CURRENT"]


def test_a_missing_pointer_names_nothing(tmp_path: Path) -> None:
    assert durable.read_pointer(tmp_path / "CURRENT") is None


def test_too_little_space_is_said_before_the_write(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        durable.require_free_bytes(tmp_path / "not" / "yet" / "there", 1 << 60)
    assert caught.value.code == "store.disk_full"
    assert caught.value.facts["name"] == "there"
    assert caught.value.facts["needed"] == 1 << 60
    assert isinstance(caught.value.facts["free"], int)


def test_a_disk_that_fills_up_during_the_write_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught, durable.disk_errors(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.code == "store.no_space"


def test_a_full_device_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "CURRENT"
    durable.write_text(target, "old")
    monkeypatch.setattr(durable, "hidden_beside", lambda _: Path("/dev/full"))  # a real device that is always full
    with pytest.raises(StoreError) as caught:
        durable.write_text(target, "new")
    assert caught.value.code == "store.no_space"
    assert durable.read_pointer(target) == "old"


def test_what_stands_in_the_way_of_writing_is_found_by_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert durable.obstacle(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    gone = durable.obstacle(tmp_path / "gone")
    assert gone is not None
    assert gone.facts == {"name": "gone", "reason": "ENOENT"}
    monkeypatch.setattr(durable, "free_bytes", lambda _: 0)
    full = durable.obstacle(tmp_path)
    assert full is not None
    assert full.code == "store.disk_full"


def test_a_read_only_folder_is_named(read_only_folder: Path) -> None:
    with pytest.raises(StoreError) as caught:
        durable.write_text(read_only_folder / "CURRENT", "new")
    assert (caught.value.code, caught.value.facts) == ("store.read_only", {"name": "CURRENT"})


def test_copying_what_does_not_exist_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        durable.copy_file(tmp_path / "nothing", tmp_path / "copy")
    assert caught.value.facts["reason"] == "ENOENT"


def test_a_folder_never_replaces_one_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "written").mkdir()
    durable.write_text(tmp_path / "taken" / "file", "first")
    with pytest.raises(StoreError):
        durable.commit_folder(tmp_path / "written", tmp_path / "taken")
    assert durable.read_pointer(tmp_path / "taken" / "file") == "first"


def test_sweeping_removes_unfinished_files_and_folders_only(tmp_path: Path) -> None:
    (tmp_path / ".writing-a").mkdir()
    (tmp_path / ".writing-b").write_text("half")
    (tmp_path / "whole").write_text("whole")
    assert durable.sweep_hidden(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    assert durable.sweep_hidden(tmp_path / "nowhere") == 0

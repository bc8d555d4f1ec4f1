from collections.abc import Callable
from pathlib import Path

import pytest

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.models import ModelStore

FILES = {"person.json": b"{}", "tf_names.parquet": bytes(range(256))}


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def test_an_empty_store_uses_no_version(store: ModelStore) -> None:
    assert store.versions() == []
    assert store.current() is None
    with pytest.raises(StoreError, match=r"store\.no_model"):
        store.load()


def test_a_saved_version_comes_back_and_is_used_only_after_the_switch(store: ModelStore) -> None:
    store.save("m1", FILES)
    store.save("m2", {})
    assert store.current() is None
    store.switch("m1")
    assert store.load() == FILES
    assert store.load("m2") == {}
    assert store.versions() == ["m1", "m2"]


def test_a_version_never_changes(store: ModelStore) -> None:
    store.save("m1", FILES)
    store.save("m1", FILES)
    with pytest.raises(ContractError, match=r"models\.version_differs"):
        store.save("m1", {"person.json": b"[]"})
    assert store.load("m1") == FILES


def test_a_changed_file_is_noticed(store: ModelStore) -> None:
    store.save("m1", FILES)
    (store.root / "m1" / "person.json").write_bytes(b"[]")
    with pytest.raises(StoreError, match=r"store\.damaged_file"):
        store.load("m1")


def test_a_version_that_is_not_there_cannot_be_used(store: ModelStore) -> None:
    with pytest.raises(StoreError, match=r"store\.no_model"):
        store.switch("m1")


@pytest.mark.parametrize("name", ["../m1", ".hidden", "CURRENT", "", "a/b"])
def test_names_never_leave_the_folder(store: ModelStore, name: str) -> None:
    with pytest.raises(ContractError, match=r"models\.name"):
        store.save(name, FILES)
    with pytest.raises(ContractError, match=r"models\.name"):
        store.save("m1", {name: b""})


_KILLED = """
from crm_pipelines.stores.models import ModelStore

def prepare(folder):
    store = ModelStore(folder)
    store.save("m1", {"a": b"1"})
    store.switch("m1")

def act(folder):
    store = ModelStore(folder)
    store.save("m2", {"a": b"2", "b": b"2"})
    store.switch("m2")
"""


def test_a_kill_anywhere_leaves_a_whole_model_in_use(killed_everywhere: Callable[[str], list[Path]]) -> None:
    used = []
    for folder in killed_everywhere(_KILLED):
        store = ModelStore(folder)
        used.append(store.current())
        assert store.load() == {"m1": {"a": b"1"}, "m2": {"a": b"2", "b": b"2"}}[str(store.current())]
        store.save("m2", {"a": b"2", "b": b"2"})
    assert set(used) == {"m1", "m2"}

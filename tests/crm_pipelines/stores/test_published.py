import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.warehouse import connect


@pytest.fixture
def publications(tmp_path: Path) -> Publications:
    return Publications(ProjectPaths(tmp_path))


def write(publications: Publications, names: list[str], schema: int = 1) -> None:
    """Make a candidate with more customers, checkpointed and closed."""
    candidate = publications.candidate(schema)
    with connect(candidate.path) as connection:
        if candidate.is_new:
            connection.execute("create table customers (name varchar)")
        for name in names:
            connection.execute("insert into customers values (?)", [name])
        connection.execute("checkpoint")


def publish(publications: Publications, *names: str) -> str:
    write(publications, list(names))
    version = publications.next_version()
    publications.promote(version)
    return version


def published_names(publications: Publications) -> list[str]:
    with publications.connect_current() as connection:
        return [row[0] for row in connection.execute("select name from customers order by rowid").fetchall()]


def test_nothing_is_published_at_first(publications: Publications) -> None:
    assert publications.current() is None
    assert publications.repair() is None
    assert publications.next_version() == "p000000000001"
    with pytest.raises(StoreError, match=r"store\.no_publication"):
        publications.connect_current()
    with pytest.raises(StoreError, match=r"store\.no_operations"):
        publications.connect_operations()


def test_each_publication_builds_on_the_last_one(publications: Publications) -> None:
    assert publish(publications, "a") == "p000000000001"
    assert publish(publications, "b") == "p000000000002"
    assert published_names(publications) == ["a", "b"]
    assert publications.current() == publications.paths.published / "p000000000002.duckdb"
    assert publications.repair() is None


def test_a_reader_keeps_the_publication_it_opened(publications: Publications) -> None:
    publish(publications, "a")
    with publications.connect_current() as reader:
        publish(publications, "b")
        assert reader.execute("select count(*) from customers").fetchall() == [(1,)]
        assert published_names(publications) == ["a", "b"]


def test_readers_can_neither_write_nor_fetch_extensions(publications: Publications) -> None:
    publish(publications, "a")
    with publications.connect_current() as reader:
        with pytest.raises(duckdb.InvalidInputException):
            reader.execute("insert into customers values ('x')")
        settings = reader.execute(
            "select distinct value from duckdb_settings() where name like 'auto%_known_extensions'"
        ).fetchall()
        assert settings == [("false",)]


def test_a_discarded_candidate_changes_nothing(publications: Publications) -> None:
    publish(publications, "a")
    write(publications, ["bad"])
    publications.discard()
    assert not publications.paths.publication_candidate.exists()
    publish(publications, "b")
    assert published_names(publications) == ["a", "b"]


def test_an_older_schema_begins_anew_and_a_newer_one_is_refused(publications: Publications) -> None:
    write(publications, ["old"], schema=1)
    publications.promote(publications.next_version())
    write(publications, ["new"], schema=2)
    publications.promote(publications.next_version())
    assert published_names(publications) == ["new"]
    with pytest.raises(StoreError) as caught:
        publications.candidate(1)
    assert caught.value.facts == {"name": "publication.duckdb", "found": "2", "known": "1"}


@pytest.mark.parametrize("last_words", ["insert into customers values ('b')", "checkpoint"])
def test_a_candidate_that_is_still_open_is_not_promoted(publications: Publications, last_words: str) -> None:
    publish(publications, "a")
    candidate = publications.candidate(1)
    with connect(candidate.path) as writer:
        writer.execute(last_words)
        with pytest.raises(ContractError, match=r"publication\.still_open"):
            publications.promote("p000000000002")
    publications.discard()
    assert published_names(publications) == ["a"]
    with pytest.raises(ContractError, match=r"publication\.no_candidate"):
        publications.promote("p000000000002")


@pytest.mark.parametrize("version", ["p000000000001", "p2", "../p000000000002", ""])
def test_a_version_is_published_once_and_under_its_form(publications: Publications, version: str) -> None:
    publish(publications, "a")
    write(publications, ["b"])
    with pytest.raises(ContractError, match=r"publication\.version"):
        publications.promote(version)


def test_too_little_space_is_said_before_anything_changes(
    publications: Publications, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(publications, "a")
    monkeypatch.setattr("crm_pipelines.stores.durable.free_bytes", lambda _: 1000)
    with pytest.raises(StoreError, match=r"store\.disk_full"):
        publications.candidate(1)
    assert published_names(publications) == ["a"]


def test_pruning_removes_what_retention_does_not_keep(publications: Publications) -> None:
    for name in "abcde":
        publish(publications, name)
    old = datetime(2026, 1, 1, tzinfo=UTC)
    for path in publications.paths.published.glob("p*.duckdb"):
        os.utime(path, (old.timestamp(), old.timestamp()))
    assert publications.prune(datetime(2026, 4, 1, tzinfo=UTC)) == ["p000000000001", "p000000000002"]
    assert published_names(publications) == list("abcde")
    assert publications.next_version() == "p000000000006"


def test_what_was_prepared_is_what_the_next_one_starts_from(publications: Publications) -> None:
    publish(publications, "a")
    publications.prepare()
    (spare,) = publications.paths.data.glob("publication.spare-*")
    inode = spare.stat().st_ino
    publish(publications, "b")
    assert publications.paths.publication.stat().st_ino == inode
    assert published_names(publications) == ["a", "b"]


def test_what_was_prepared_from_another_publication_is_never_used(publications: Publications) -> None:
    publish(publications, "a")
    publications.prepare()
    (spare,) = publications.paths.data.glob("publication.spare-*")
    held = spare.rename(publications.paths.data.parent / "held")
    publish(publications, "b")
    held.rename(spare)
    publish(publications, "c")
    assert published_names(publications) == ["a", "b", "c"]
    publications.prepare()
    assert spare not in list(publications.paths.data.glob("publication.spare-*"))


def test_readers_of_a_version_never_see_the_next(publications: Publications) -> None:
    publish(publications, "a")
    with publications.connect_current() as connection:
        publish(publications, "b")
        assert connection.execute("select name from customers").fetchall() == [("a",)]
    first = publications.paths.published / "p000000000001.duckdb"
    with connect(first, read_only=True) as connection:
        assert connection.execute("select name from customers").fetchall() == [("a",)]


def test_a_lost_copy_or_pointer_is_published_again(publications: Publications) -> None:
    publish(publications, "a")
    publications.paths.current.unlink()
    assert publications.repair() == "p000000000001"
    publications.paths.published.joinpath("p000000000001.duckdb").unlink()
    assert publications.repair() == "p000000000001"
    assert published_names(publications) == ["a"]


def test_a_lost_last_good_publication_is_taken_back_from_its_readers(publications: Publications) -> None:
    publish(publications, "a")
    publications.paths.publication.unlink()  # as after the restore of `published/` alone
    assert publications.repair() is None
    publish(publications, "b")
    assert published_names(publications) == ["a", "b"]


def test_a_damaged_publication_is_named(publications: Publications) -> None:
    publish(publications, "a")
    current = publications.current()
    assert current is not None
    current.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError) as caught:
        publications.connect_current()
    assert (caught.value.code, caught.value.facts["name"]) == ("store.cannot_open", "p000000000001.duckdb")


def run_file(publications: Publications, run_id: str, value: int) -> Path:
    return publications.write_operations(run_id, lambda con: con.execute(f"create table runs as select {value} as n"))


def last_run(publications: Publications) -> int:
    with publications.connect_operations() as connection:
        return int(connection.execute("select n from runs").fetchall()[0][0])


def test_the_last_twelve_operations_files_stay_and_the_newest_is_read(publications: Publications) -> None:
    for number in range(14):
        path = run_file(publications, f"run-{number}", number)
        os.utime(path, (number, number))
    assert last_run(publications) == 13
    names = {path.stem for path in publications.paths.published.glob("operations-*")}
    assert names == {f"operations-run-{number}" for number in range(2, 14)}


def test_a_run_that_reports_twice_is_seen_by_readers_of_its_first_report(publications: Publications) -> None:
    run_file(publications, "r", 1)
    with publications.connect_operations():
        run_file(publications, "r", 2)
        assert last_run(publications) == 2


def test_a_report_that_fails_leaves_the_last_one(publications: Publications) -> None:
    run_file(publications, "r1", 1)
    with pytest.raises(duckdb.CatalogException):
        publications.write_operations("r2", lambda con: con.execute("select * from nothing"))
    run_file(publications, "r2", 2)
    assert last_run(publications) == 2
    assert [path.name for path in publications.paths.published.glob(".*")] == []


def test_a_run_id_never_leaves_the_folder(publications: Publications) -> None:
    with pytest.raises(ContractError, match=r"publication\.run_id"):
        run_file(publications, "../r", 1)


_KILLED = """
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.warehouse import connect

def publish(folder, name):
    publications = Publications(ProjectPaths(folder))
    candidate = publications.candidate(1)
    with connect(candidate.path) as connection:
        connection.execute("create table if not exists customers (name varchar)")
        connection.execute("insert into customers values (?)", [name])
    publications.promote(publications.next_version())

def prepare(folder):
    publish(folder, "a")

def act(folder):
    publish(folder, "b")
"""


def test_a_kill_anywhere_leaves_a_whole_publication_and_repair_finishes_the_rest(
    killed_everywhere: Callable[[str], list[Path]],
) -> None:
    seen = []
    for folder in killed_everywhere(_KILLED):
        publications = Publications(ProjectPaths(folder))
        before = published_names(publications)
        repaired = publications.repair()
        after = published_names(publications)
        assert (repaired == "p000000000002") == (before != after)
        assert publications.repair() is None
        assert sorted(path.name for path in publications.paths.data.iterdir()) == ["publication.duckdb", "published"]
        assert [path.name for path in publications.paths.published.glob(".*")] == []
        if (before, after) not in seen:
            seen.append((before, after))
            assert publish(publications, "c") == f"p{len(after) + 1:012d}"
            assert published_names(publications) == [*after, "c"]
    assert seen == [(["a"], ["a"]), (["a"], ["a", "b"]), (["a", "b"], ["a", "b"])]


_KILLED_REPORT = """
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

def report(folder, number):
    publications = Publications(ProjectPaths(folder))
    publications.write_operations(f"r{number}", lambda con: con.execute(f"create table runs as select {number} n"))

def prepare(folder):
    report(folder, 1)

def act(folder):
    report(folder, 2)
"""


def test_a_kill_anywhere_leaves_a_whole_operations_file(killed_everywhere: Callable[[str], list[Path]]) -> None:
    seen = [last_run(Publications(ProjectPaths(folder))) for folder in killed_everywhere(_KILLED_REPORT)]
    assert sorted(seen) == seen
    assert set(seen) == {1, 2}

"""Projects that went down the whole road once, for tests that look at what comes out.

Building one takes a process of its own and some seconds, so it is built once per test session, also when several
workers run; whoever changes something takes a copy.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_pipelines.demo.project import ERP_MAPPING, PROJECT_FILE
from crm_pipelines.demo.write import write_world
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.search_index import SearchIndex
from tests.road.runner import shared_runner

ROOT = Path(__file__).parents[1]
PROJECT_KEY = "ab" * 32


@dataclass(frozen=True, slots=True)
class World:
    """A project of the demo world: four sources, one finished run, one publication.

    Attributes:
        root: the project folder; to be read only.
    """

    root: Path

    @property
    def truth(self) -> Path:
        """`truth.csv` of the world."""
        return self.root / "data" / "inbox" / "truth.csv"

    def copy(self, folder: Path) -> "World":
        """The same project in another, new folder, to be changed at will."""
        shutil.copytree(self.root, folder)
        return World(folder)


def published_world(tmp_path_factory: pytest.TempPathFactory, n_records: int = 300, seed: int = 7) -> World:
    """The project of a world of this size, built on first use in the test session.

    Args:
        tmp_path_factory: pytest's; the workers of one session share the folder above its own.
        n_records: customers' records over all sources.
        seed: same seed, same world.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / f"published-world-{n_records}-{seed}"
    with _alone(shared / f"{folder.name}.lock"):
        if not folder.exists():
            building = shared / f"{folder.name}.building"
            shutil.rmtree(building, ignore_errors=True)
            write_project(building, n_records, seed)
            made = shared_runner().run(building, "run")
            assert (made.code, made.signal) == (0, 0), made.stdout + made.stderr
            _index(building)
            building.rename(folder)
    return World(folder)


def _index(root: Path) -> None:
    """Make the search index, which the server of each copy would make otherwise."""
    paths = ProjectPaths(root)
    publications = Publications(paths)
    with closing(publications.connect_current()) as con:
        SearchIndex(paths.search_index).build(con, str(publications.current_version()))


def write_project(root: Path, n_records: int, seed: int) -> None:
    """A project folder with the files of a generated world; nothing has run."""
    write_world(root / "data" / "inbox", n_records=n_records, seed=seed)
    (root / "crm_pipelines.yaml").write_text(PROJECT_FILE.format(language="en"), encoding="utf-8")
    (root / ".env").write_text(f"PROJECT_KEY={PROJECT_KEY}\n", encoding="utf-8")
    (root / ".env").chmod(0o600)
    (root / "mappings").mkdir()
    (root / "mappings" / "erp.yaml").write_text(ERP_MAPPING, encoding="utf-8")


def run(root: Path) -> None:
    """The road in a process of its own, which leaves nothing behind in this one."""
    shared_runner().walk(root)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""Looks at a publication: what somebody reads stays, whatever is published meanwhile."""

import shutil
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.web.server import opened_desk
from tests.worlds import published_world

_COUNT = "select count(*) from customers"


def test_a_look_goes_on_when_something_newer_is_published(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = published_world(tmp_path_factory).copy(tmp_path / "project").root
    paths = ProjectPaths(root)
    with opened_desk(load_project(root, CONNECTORS, project_environment(root))) as desk:
        with desk.room.look() as older:
            shutil.copy(paths.published / f"{older.version}.duckdb", paths.published / "p000000000009.duckdb")
            paths.current.write_text("p000000000009", encoding="utf-8")
            with desk.room.look() as newer:
                assert newer.version == "p000000000009"
                assert older.con.execute(_COUNT).fetchall() == newer.con.execute(_COUNT).fetchall()
            n_records = len(older.evidence.records(["erp:00000001", "erp:00000002"]))
        assert n_records == 2
        assert older.publication.n_looks == newer.publication.n_looks == 0

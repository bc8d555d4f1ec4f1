from pathlib import Path

from crm_pipelines.stores.ledger.location import located


def test_a_relative_file_hangs_from_the_project(tmp_path: Path) -> None:
    assert located("sqlite:///data/ledger.db", tmp_path) == f"sqlite:///{tmp_path}/data/ledger.db"
    assert (tmp_path / "data").is_dir()


def test_an_absolute_file_and_a_server_stay(tmp_path: Path) -> None:
    for url in ("sqlite:////var/ledger.db", "postgresql://user:password@host/ledger"):
        assert located(url, tmp_path) == url

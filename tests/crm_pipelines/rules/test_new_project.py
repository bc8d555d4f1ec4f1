"""A new project folder is complete, valid, and never written over another."""

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import load_project
from crm_pipelines.rules.new_project import write_project


def key_of(root: Path) -> str:
    return dotenv_values(root / ".env")["PROJECT_KEY"] or ""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_new_project_loads(tmp_path: Path, language: str) -> None:
    files = write_project(tmp_path / "acme", language, {})
    loaded = load_project(tmp_path / "acme", {}, {"PROJECT_KEY": key_of(tmp_path / "acme")})
    assert loaded.project.language == language
    assert {".env", ".env.example", ".gitignore", "README.md", "crm_pipelines.yaml", "rules/quality.yaml"} <= set(files)
    assert all((tmp_path / "acme" / name).is_file() for name in files)


def test_example_mapping_becomes_a_mapping_by_its_name(tmp_path: Path) -> None:
    write_project(tmp_path / "acme", "en", {})
    example = tmp_path / "acme" / "mappings" / "legacy.yaml.example"
    example.rename(example.with_suffix(""))
    with pytest.raises(ConfigurationError) as caught:
        load_project(tmp_path / "acme", {}, {"PROJECT_KEY": key_of(tmp_path / "acme")})
    assert [fault.code for fault in caught.value.faults] == ["configuration.mapping_without_source"]


def test_key_is_fresh_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    write_project(tmp_path / "one", "en", {})
    write_project(tmp_path / "two", "en", {})
    assert key_of(tmp_path / "one") != key_of(tmp_path / "two")
    assert len(bytes.fromhex(key_of(tmp_path / "one"))) == 32
    assert stat.S_IMODE((tmp_path / "one" / ".env").stat().st_mode) == 0o600


def test_secrets_and_data_stay_out_of_version_control(tmp_path: Path) -> None:
    write_project(tmp_path / "acme", "en", {})
    assert (tmp_path / "acme" / ".gitignore").read_text().split() == [".env", "/data/"]


def test_editors_find_the_schemas(tmp_path: Path) -> None:
    write_project(tmp_path / "acme", "ja", {})
    for path in (tmp_path / "acme").rglob("*.yaml"):
        schema = path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
        assert (path.parent / schema).is_file()


def test_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    write_project(tmp_path / "acme", "en", {})
    before = key_of(tmp_path / "acme")
    with pytest.raises(ConfigurationError) as caught:
        write_project(tmp_path / "acme", "en", {})
    assert [fault.code for fault in caught.value.faults] == ["configuration.folder_not_empty"]
    assert key_of(tmp_path / "acme") == before


def test_empty_folder_may_become_a_project(tmp_path: Path) -> None:
    write_project(tmp_path, "en", {})
    assert (tmp_path / "crm_pipelines.yaml").is_file()

"""Settings: where the project is, what the environment says, and the key without which nothing starts."""

import re
from pathlib import Path

import pytest

from crm_pipelines.messages.catalogue import render_fault
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.settings import (
    find_project,
    load_settings,
    project_environment,
    require_project_key,
    variable_names,
)

ROOT = Path(__file__).parents[2]
KEY = "0f" * 32


def test_project_is_asked_for_then_the_environments_then_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {"CRM_PIPELINES_PROJECT": "/srv/acme"}
    assert find_project(Path("here"), environment) == tmp_path / "here"
    assert find_project(None, environment) == Path("/srv/acme")
    assert find_project(None, {}) == tmp_path / "demo-project"
    (tmp_path / "crm_pipelines.yaml").write_text("", encoding="utf-8")
    assert find_project(None, {}) == tmp_path
    assert find_project(None, environment) == Path("/srv/acme")


def test_process_comes_before_the_projects_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\nC=\nD='with # and ${A}'\n", encoding="utf-8")
    found = project_environment(tmp_path, {"A": "process"})
    assert found == {"A": "process", "B": "file", "D": "with # and ${A}"}


def test_empty_variable_of_the_process_does_not_hide_the_files(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\n", encoding="utf-8")
    assert project_environment(tmp_path, {"A": ""}) == {"A": "file"}


def test_settings_are_read_from_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"CRM_PIPELINES_LANG=ja\nPROJECT_KEY={KEY}\n", encoding="utf-8")
    settings = load_settings(tmp_path, {"CRM_PIPELINES_LOG_LEVEL": "DEBUG"})
    assert (settings.lang, settings.log_level, settings.project) == ("ja", "DEBUG", None)
    assert KEY not in repr(settings)


def test_wrong_settings_are_refused_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path, {"CRM_PIPELINES_LANG": "fr", "CRM_PIPELINES_LOG_LEVEL": "LOUD"})
    assert [(fault.facts["field"], fault.facts["expected"]) for fault in caught.value.faults] == [
        ("CRM_PIPELINES_LANG", "en, ja"),
        ("CRM_PIPELINES_LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR"),
    ]


def test_key_is_read_as_bytes(tmp_path: Path) -> None:
    assert require_project_key(tmp_path, {"PROJECT_KEY": KEY}) == bytes.fromhex(KEY)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("key", [None, "0f" * 8, "not a key"])
def test_without_a_good_key_the_reader_is_told_how_to_restore_it(
    tmp_path: Path, key: str | None, language: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        require_project_key(tmp_path, {"PROJECT_KEY": key} if key else {})
    sentence = render_fault(caught.value.faults[0], language)
    assert "PROJECT_KEY" in sentence
    assert ".env" in sentence
    assert ("Restore" if language == "en" else "バックアップから戻す") in sentence
    assert key is None or key not in sentence


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        require_project_key(tmp_path / "nothing", {"PROJECT_KEY": KEY})
    assert [fault.code for fault in caught.value.faults] == ["configuration.no_project_folder"]


@pytest.mark.parametrize("file", [".env.example", "docs/settings.md"])
def test_every_variable_is_documented(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [name for name in variable_names() if name not in text] == []


def test_documented_variables_exist() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z_]+)`", text, flags=re.MULTILINE))
    assert named == set(variable_names())

"""`models`: a version is trained when asked, used when asked, and handed to plain Splink."""

import json
from pathlib import Path

import pytest

from crm_pipelines.matching import training, training_estimates
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.training_guard import Behaviour
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


@pytest.fixture
def little_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world of three hundred records has too few pairs to learn from; here it is about what becomes of a version."""
    monkeypatch.setattr(training_estimates, "LEAST_PAIRS", 10)
    monkeypatch.setattr(training, "objections", lambda _kind, _old, _new: [])


def store_of(project: World) -> ModelStore:
    return ModelStore(ProjectPaths(project.root).models)


def test_a_small_project_keeps_the_shipped_weights(project: World, ask: CallWorld) -> None:
    before = store_of(project).versions()
    code, document = ask(project, "models", "train")
    assert code == 0
    assert [row["is_refined"] for row in document["training"]] == [False, False]
    assert "model_version" not in document
    assert store_of(project).versions() == before


@pytest.mark.usefixtures("little_is_enough")
def test_a_trained_version_is_kept_and_used_only_when_asked(project: World, ask: CallWorld) -> None:
    code, document = ask(project, "models", "train")
    version = document["model_version"]
    assert code == 0
    assert store_of(project).current() is None
    listed = ask(project, "models", "list")[1]["models"]
    row = next(one for one in listed if one["model_version"] == version)
    assert row["data_hash"] == document["data_hash"]
    assert row["started_from"] in store_of(project).versions()  # the shipped weights, as the run used them
    assert ask(project, "models", "use", version)[0] == 0
    assert store_of(project).current() == version
    assert ModelVersion.from_files(store_of(project).load(version)).id == version
    assert ask(project, "models", "use", "shipped")[0] == 0
    assert store_of(project).current() == shipped_model().id
    assert ask(project, "models", "train", "--activate")[1]["model_version"] == version
    assert store_of(project).current() == version


@pytest.mark.usefixtures("little_is_enough")
def test_a_version_that_something_speaks_against_is_kept_only_by_force(
    project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def against(_kind: object, _old: Behaviour, _new: Behaviour) -> list[Fault]:
        return [Fault("train.fewer_joined", {"customer_type": "person", "n_before": 9, "n_after": 2})]

    monkeypatch.setattr(training, "objections", against)
    before = store_of(project).versions()
    code, document = ask(project, "models", "train", "--activate")
    assert code == 1
    assert store_of(project).versions() == before
    assert ask(project, "models", "train", "--force")[0] == 0
    assert store_of(project).versions() == sorted([*before, document["model_version"]])


def test_a_version_nobody_has_cannot_be_used(project: World, ask: CallWorld) -> None:
    code, document = ask(project, "models", "use", "0123456789abcdef")
    assert (code, document["error"]["code"]) == (3, "store.no_model")
    assert store_of(project).current() is None


def test_an_export_is_what_plain_splink_loads(project: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(project, "models", "export", "shipped", tmp_path / "out")
    assert code == 0
    assert [Path(file).name for file in document["files"]] == ["person.splink.json", "organisation.splink.json"]
    found = json.loads((tmp_path / "out" / "organisation.splink.json").read_text(encoding="utf-8"))
    assert found["link_type"] == "dedupe_only"
    assert (tmp_path / "out" / "person.splink.json").exists()

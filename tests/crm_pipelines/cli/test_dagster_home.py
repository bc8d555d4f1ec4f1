"""Where Dagster keeps the runs of a project, and that plain `dagster dev` in the checkout finds those of the demo."""

import os
from pathlib import Path

import yaml
from dagster._core.instance.ref import InstanceRef

from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.stores.project_paths import ProjectPaths

ROOT = Path(__file__).parents[3]
_STORAGES = (
    "run_storage_data",
    "event_storage_data",
    "schedule_storage_data",
    "compute_logs_data",
    "local_artifact_storage_data",
)


def folders(reference: InstanceRef, base: Path) -> dict[str, str]:
    configured = {name: getattr(reference, name).config_dict["base_dir"] for name in _STORAGES}
    return {name: os.path.relpath(base / folder, base) for name, folder in configured.items()}


def test_a_home_is_written_once_and_renewed_when_it_differs(tmp_path: Path) -> None:
    home = prepared_dagster_home(ProjectPaths(tmp_path))
    assert home == tmp_path / "data" / "dagster"
    written = (home / "dagster.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(written)["telemetry"] == {"enabled": False}
    (home / "dagster.yaml").write_text("# of an older version\n", encoding="utf-8")
    prepared_dagster_home(ProjectPaths(tmp_path))
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == written


def test_the_checkout_reads_the_runs_of_the_demo_project(tmp_path: Path) -> None:
    home = prepared_dagster_home(ProjectPaths(tmp_path / "demo-project"))
    own = folders(InstanceRef.from_dir(str(home)), tmp_path)
    of_checkout = folders(InstanceRef.from_dir(str(tmp_path), config_dir=str(ROOT)), tmp_path)
    assert of_checkout == own


def test_both_configurations_are_the_same_but_for_the_folders() -> None:
    shipped = yaml.safe_load((ROOT / "crm_pipelines" / "dagster_home.yaml").read_text(encoding="utf-8"))
    of_checkout = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert {name: of_checkout[name] for name in shipped} == shipped


def test_the_workspace_loads_the_definitions() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    assert workspace["load_from"][0]["python_module"]["module_name"] == "crm_pipelines.definitions"

"""DAGSTER_HOME of a project: made and configured without importing Dagster."""

from importlib import resources
from pathlib import Path

from crm_pipelines.stores.durable import write_text
from crm_pipelines.stores.project_paths import ProjectPaths


def prepared_dagster_home(paths: ProjectPaths) -> Path:
    """The folder in which the project's runs and events lie, with its configuration as this version ships it.

    Raises:
        StoreError: the disk is full or read-only.
    """
    configuration = paths.dagster / "dagster.yaml"
    text = resources.files("crm_pipelines").joinpath("dagster_home.yaml").read_text(encoding="utf-8")
    if not configuration.exists() or configuration.read_text(encoding="utf-8") != text:
        write_text(configuration, text)
    return paths.dagster

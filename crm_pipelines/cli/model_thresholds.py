"""The model version that scored a publication, and its thresholds as far as they can still be read."""

import duckdb

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.matching.model_version import ModelVersion, Thresholds
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.project_paths import ProjectPaths


def model_version_of(con: duckdb.DuckDBPyConnection) -> str:
    """The version that scored the pairs of a publication; the shipped one's where it has no pair."""
    found = con.execute("select model_version from scored_pairs limit 1").fetchall()
    return str(found[0][0]) if found else shipped_model().id


def thresholds_of(call: Invocation, model_version: str) -> dict[CustomerType, Thresholds]:
    """The thresholds of a model version; none where it is gone, or was made for comparisons of another release."""
    models = ModelStore(ProjectPaths(call.root).models)
    try:
        model = ModelVersion.from_files(models.load(model_version))
    except (ContractError, StoreError):
        return {}
    return {kind: model.types[kind].thresholds for kind in CustomerType}

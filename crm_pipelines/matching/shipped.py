"""Load the model version that ships with the product, so that a hundred records can be matched on the first day.

Its weights are set by hand from what is known of Japanese customer data: how often the same person writes the name in
another script, moves, changes the number; how often two people share a name, a household, a desk. A model learned from
a project's own data replaces it.
"""

from functools import cache
from importlib.resources import files

from crm_pipelines.matching.model_version import ModelVersion


@cache
def shipped_model() -> ModelVersion:
    """The shipped model version, read once."""
    folder = files("crm_pipelines.matching.prior")
    return ModelVersion.from_files(
        {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".json", ".tsv.gz"))}
    )

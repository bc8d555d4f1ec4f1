"""The asset graph of a small project as JSON; `python tests/house/asset_graph.py` prints it for the snapshot."""

import json
import sys
import tempfile
from pathlib import Path

import dagster as dg

from connectors.registry import CONNECTORS
from crm_pipelines.definitions import build_definitions
from crm_pipelines.rules.load import load_project

_PROJECT = """
schedules: {run: "0 6 * * *"}
sources:
  mail: {connector: mail_files, path: data/inbox/mail}
  web_form: {connector: web_form, path: data/inbox/web_form, schedule: "*/10 * * * *"}
"""


def small_definitions() -> dg.Definitions:
    """The definitions of a project with two sources."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "crm_pipelines.yaml").write_text(_PROJECT, encoding="utf-8")
        return build_definitions(load_project(Path(folder), CONNECTORS, {"PROJECT_KEY": "00" * 32}))


def graph_json() -> str:
    """Keys, groups, dependencies and checks, sorted."""
    definitions = small_definitions()
    checks = definitions.resolve_asset_graph().asset_check_keys
    assets = {
        spec.key.to_user_string(): {
            "group": spec.group_name,
            "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
            "checks": sorted(check.name for check in checks if check.asset_key == spec.key),
        }
        for spec in definitions.resolve_all_asset_specs()
    }
    return json.dumps(dict(sorted(assets.items())), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(graph_json())

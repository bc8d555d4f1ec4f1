"""The road as Dagster shows it."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from assets.resources import JOB
from connectors.registry import CONNECTORS
from crm_pipelines.definitions import build_definitions
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment

STAGES = {
    "ingestion": {
        "erp/landing", "mail/landing", "support/landing", "web_form/landing", "source_records", "suppression",
    },
    "standardisation": {
        "standardised_records", "quarantine", "set_aside_records", "observed_interactions", "observed_relationships",
        "consent_events",
    },
    "matching": {"blocking_keys", "scored_pairs"},
    "clustering": {"clusters", "review_queue"},
    "identity": {"identity_log", "crosswalk", "redirects"},
    "golden": {"attribute_values", "contact_points", "customers"},
    "profile": {"residents", "organisation_keys", "interactions", "relationships", "consents", "profiles"},
    "publication": {"publication", "published", "operations"},
}  # fmt: skip


@pytest.fixture(scope="module")
def graph(unwalked: Path) -> AssetGraph:
    loaded = load_project(unwalked, CONNECTORS, project_environment(unwalked, {}))
    definitions = build_definitions(loaded)
    assert definitions.resolve_job_def(JOB)
    return definitions.resolve_asset_graph()


def test_groups_are_stages(graph: AssetGraph) -> None:
    found: dict[str, set[str]] = {}
    for key in graph.get_all_asset_keys():
        found.setdefault(str(graph.get(key).group_name), set()).add(key.to_user_string())
    assert found == STAGES


def test_every_asset_says_what_one_row_is(graph: AssetGraph) -> None:
    silent = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if "One row per" not in (graph.get(key).description or "")
    ]
    assert silent == []


def test_data_flow_one_way_from_the_sources_to_the_publication(graph: AssetGraph) -> None:
    stages = list(STAGES)
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        for parent in node.parent_keys:
            assert stages.index(str(graph.get(parent).group_name)) <= stages.index(str(node.group_name))
    ancestors = graph.get_ancestor_asset_keys(dg.AssetKey("published"), include_self=False)
    assert {dg.AssetKey([source, "landing"]) for source in ("erp", "mail", "support", "web_form")} <= ancestors


def test_blocking_checks_stand_before_what_they_guard(unwalked: Path) -> None:
    rules = unwalked / "rules" / "quality.yaml"
    switched_off = rules.read_text(encoding="utf-8")
    rules.unlink()
    try:
        loaded = load_project(unwalked, CONNECTORS, project_environment(unwalked, {}))
        graph = build_definitions(loaded).resolve_asset_graph()
    finally:
        rules.write_text(switched_off, encoding="utf-8")
    guarded = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert guarded == {"standardised_records", "customers", "quarantine", "publication"}

import re
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.model.fields import CANONICAL_FIELDS, CONSENT_FIELDS, INTERACTION_FIELDS, RELATIONSHIP_FIELDS
from crm_pipelines.rules.load import LoadedProject, load_project
from tests.house.source_files import ROOT

_PAGE = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"```yaml\n(.*?)```", _PAGE, re.DOTALL)
_VARIABLES = {"PROJECT_KEY": "ab" * 32, "ERP_URL": "sqlite:///erp.db", "LEDGER_URL": "sqlite:///data/ledger.db"}
_ERP_MAPPING = "fields: {name: name}\n"


def _example(beginning: str) -> str:
    return next(text for text in _EXAMPLES if text.startswith(beginning))


@pytest.fixture
def project(tmp_path: Path) -> LoadedProject:
    """The project that the page describes, loaded."""
    (tmp_path / "mappings").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "crm_pipelines.yaml").write_text(_example("language:"), encoding="utf-8")
    (tmp_path / "mappings/legacy.yaml").write_text(_example("record_type:"), encoding="utf-8")
    (tmp_path / "mappings/erp.yaml").write_text(_ERP_MAPPING, encoding="utf-8")
    for name in ("survivorship", "quality"):
        (tmp_path / f"rules/{name}.yaml").write_text(_example(f"# rules/{name}.yaml"), encoding="utf-8")
    try:
        return load_project(tmp_path, CONNECTORS, _VARIABLES)
    except ConfigurationError as error:
        raise AssertionError(error.faults) from error


def test_the_example_project_is_accepted_whole(project: LoadedProject) -> None:
    assert list(project.sources) == ["web_form", "erp", "legacy"]
    assert project.sources["legacy"].mapping_origin == "mappings/legacy.yaml"


def test_the_example_rules_do_what_the_page_says(project: LoadedProject) -> None:
    checks = project.rules.quality.checks
    assert checks["quarantine_share"].threshold == 0.05
    assert not checks["customers_not_empty"].is_enabled
    assert checks["every_organisation_has_a_name"].table == "customers"
    assert project.rules.survivorship.rank("name", "erp", "sql") == 1


def test_the_page_lists_every_field() -> None:
    listed = set(re.findall(r"`(\w+)`", _PAGE.partition("<!-- fields -->")[2].partition("## `rules")[0]))
    assert set((*CANONICAL_FIELDS, *INTERACTION_FIELDS, *CONSENT_FIELDS, *RELATIONSHIP_FIELDS)) <= listed

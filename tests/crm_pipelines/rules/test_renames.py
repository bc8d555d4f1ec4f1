"""A renamed source is configured by its new name and stored by its old one."""

from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import LoadedProject, load_project

_PROJECT = """\
sources:
  crm: {connector: files, path: data/crm.csv, key: no, formerly: erp}
  shop: {connector: files, path: data/shop.csv, key: no}
"""
_RULES = {
    "matching": "clustering: {one_per_source: [crm, shop]}\n",
    "survivorship": """\
source_ranks: {sources: {crm: 1, shop: 2}}
attributes: {email: {source_ranks: {sources: {shop: 1, crm: 2}}}}
""",
}


def loaded(root: Path, project: str = _PROJECT, rules: dict[str, str] | None = None) -> LoadedProject:
    for folder in ("mappings", "rules"):
        (root / folder).mkdir(exist_ok=True)
    (root / "crm_pipelines.yaml").write_text(project, encoding="utf-8")
    (root / "mappings" / "crm.yaml").write_text("fields: {name: name}\n", encoding="utf-8")
    (root / "mappings" / "shop.yaml").write_text("belongs_to: {key: customer, source: crm}\n", encoding="utf-8")
    for name, text in (_RULES if rules is None else rules).items():
        (root / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_project(root, CONNECTORS, {"PROJECT_KEY": "ab" * 32})


def test_the_source_is_known_by_the_name_in_its_ids(tmp_path: Path) -> None:
    project = loaded(tmp_path)
    assert list(project.sources) == ["erp", "shop"]
    source = project.sources["erp"]
    assert (source.name, source.declared, source.mapping_origin) == ("erp", "crm", "mappings/crm.yaml")
    assert (project.system_named("crm"), project.system_named("shop")) == ("erp", "shop")
    assert project.system_named("unknown") == "unknown"


def test_rules_and_mappings_speak_of_it_by_its_new_name(tmp_path: Path) -> None:
    project = loaded(tmp_path)
    assert project.rules.matching.clustering.one_per_source == ("erp", "shop")
    survivorship = project.rules.survivorship
    assert (survivorship.rank("name", "erp", "files"), survivorship.rank("name", "shop", "files")) == (1, 2)
    assert (survivorship.rank("email", "erp", "files"), survivorship.rank("email", "shop", "files")) == (2, 1)
    stream = project.sources["shop"].mapping.stream("main")
    assert stream is not None
    assert stream.belongs_to is not None
    assert stream.belongs_to.source == "erp"


def test_the_old_name_is_unknown_to_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, rules={"matching": "clustering: {one_per_source: [erp]}\n"})
    assert [fault.code for fault in caught.value.faults] == ["configuration.unknown_source"]


@pytest.mark.parametrize("other", ["erp: {", "again: {formerly: erp, "])
def test_two_sources_cannot_share_a_name_in_ids(tmp_path: Path, other: str) -> None:
    text = f"{_PROJECT}  {other}connector: files, path: data/erp.csv, key: no}}\n"
    name = other.partition(":")[0]
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / f"{name}.yaml").write_text("fields: {name: name}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, text)
    ((code, field),) = [(fault.code, fault.facts["field"]) for fault in caught.value.faults]
    assert code == "configuration.formerly_taken"
    assert str(field).endswith("formerly")

"""A project folder is read whole, or everything that is wrong with it is said at once."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, field_validator

from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import LoadedProject, load_project

KEY = "ab" * 32
ENVIRONMENT = {"PROJECT_KEY": KEY, "IMAP_PASSWORD": "geheim"}


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: str
    key: str | None = None
    complete: bool = False
    page_size: int = 100
    password: str | None = None


class Files:
    options: ClassVar[type[BaseModel]] = Options
    default_mapping: ClassVar[str | None] = None


class Form:
    options: ClassVar[type[BaseModel]] = Options
    default_mapping: ClassVar[str | None] = "web_form"


CONNECTORS: dict[str, Any] = {"files": Files, "web_form": Form}
GOOD = """
sources:
  form: {connector: web_form, path: data/inbox/form}
  legacy:
    connector: files
    path: data/*.csv
    key: 0901
    complete: yes
    page_size: 010
    password: "p-${IMAP_PASSWORD}-$${x}"
    schedule: "0 6 * * *"
    timezone: Europe/Berlin
language: en
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def good(root: Path, **more: str) -> LoadedProject:
    files = {"crm_pipelines.yaml": GOOD, "mappings/legacy.yaml": "fields: {name: 氏名}\n", **more}
    return load_project(write(root, files), CONNECTORS, ENVIRONMENT)


def faults(root: Path, files: dict[str, str], environment: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(root, files), CONNECTORS, ENVIRONMENT if environment is None else environment)
    return [(one.facts["file"], one.facts["line"], one.code, one.facts["field"]) for one in caught.value.faults]


def test_project_is_read_with_its_defaults(tmp_path: Path) -> None:
    loaded = good(tmp_path)
    assert (loaded.project.timezone, loaded.project.language, loaded.project.country) == ("Asia/Tokyo", "en", "JP")
    assert loaded.sources["form"].entry.complete_shrink_limit == 0.2
    assert loaded.project_key == bytes.fromhex(KEY)
    assert list(loaded.mappings) == ["form", "legacy"]


def test_scalars_are_text_until_the_schema_types_them(tmp_path: Path) -> None:
    options = good(tmp_path).sources["legacy"].options
    assert isinstance(options, Options)
    assert (options.key, options.complete, options.page_size) == ("0901", True, 10)


def test_variables_are_filled_in_and_can_be_escaped(tmp_path: Path) -> None:
    options = good(tmp_path).sources["legacy"].options
    assert isinstance(options, Options)
    assert options.password == "p-geheim-${x}"


def test_source_reads_times_in_its_own_zone_or_the_projects(tmp_path: Path) -> None:
    loaded = good(tmp_path)
    assert (loaded.sources["legacy"].timezone, loaded.sources["form"].timezone) == ("Europe/Berlin", "Asia/Tokyo")
    assert loaded.sources["legacy"].context.project_folder == str(tmp_path.resolve())


def test_own_mapping_comes_before_the_shipped_one(tmp_path: Path) -> None:
    assert good(tmp_path).sources["form"].mapping_origin == "web_form"
    own = good(tmp_path, **{"mappings/form.yaml": "fields: {email: mail}\n"})
    assert own.sources["form"].mapping_origin == "mappings/form.yaml"
    assert list(own.sources["form"].mapping.streams["main"].fields) == ["email"]


def test_secrets_show_in_no_representation(tmp_path: Path) -> None:
    loaded = good(tmp_path)
    shown = repr(loaded) + repr(loaded.sources["legacy"]) + repr(loaded.project)
    assert "geheim" not in shown
    assert KEY not in shown
    assert repr(bytes.fromhex(KEY)) not in shown


def test_content_hash_ignores_secrets_and_follows_rules_and_mappings(tmp_path: Path) -> None:
    first = good(tmp_path).content_hash
    again = load_project(tmp_path, CONNECTORS, {**ENVIRONMENT, "IMAP_PASSWORD": "another"}).content_hash
    assert again == first
    assert good(tmp_path, **{"mappings/legacy.yaml": "fields: {name: 名前}\n"}).content_hash != first
    assert good(tmp_path, **{"rules/matching.yaml": "clustering: {size_cap: 7}\n"}).content_hash != first


def test_every_fault_of_every_file_comes_at_once_with_its_line(tmp_path: Path) -> None:
    files = {
        "crm_pipelines.yaml": "sources:\n"
        "  form: {connector: web_form, path: x, complete: maybe}\n"
        "  legacy:\n"
        "    connector: files\n"
        "    path: ${NOWHERE}/x\n"
        "    keey: 顧客番号\n"
        '    schedule: "99 * * * *"\n'
        "    complete_shrink_limit: 3\n"
        "  Shop: {connector: files, path: x}\n"
        "  odd: {connector: fils, path: x}\n"
        "  none: {connector: files}\n"
        "timezone: Mars/Base\n"
        "langage: en\n",
        "mappings/legacy.yaml": "fields:\n  nam: 氏名\n",
        "mappings/stranger.yaml": "fields: {name: x}\n",
        "mappings/form.yml": "fields: {name: x}\n",
        "rules/qualty.yaml": "checks: {}\n",
        "rules/quality.yaml": "checks:\n  quarantine_share:\n    threshold: 2\n",
        "rules/survivorship.yaml": "source_ranks:\n  sources:\n    ero: 1\n",
    }
    project = "crm_pipelines.yaml"
    assert faults(tmp_path, files, {}) == [
        (".env", None, "configuration.project_key_missing", "PROJECT_KEY"),
        (project, 2, "configuration.wrong_value", "sources.form.complete"),
        (project, 5, "configuration.missing_variable", "sources.legacy.path"),
        (project, 6, "configuration.unknown_field", "sources.legacy.keey"),
        (project, 7, "configuration.wrong_value", "sources.legacy.schedule"),
        (project, 8, "configuration.wrong_value", "sources.legacy.complete_shrink_limit"),
        (project, 9, "configuration.wrong_value", "sources.Shop"),
        (project, 10, "configuration.unknown_connector", "sources.odd.connector"),
        (project, 11, "configuration.missing_field", "sources.none.path"),
        (project, 12, "configuration.wrong_value", "timezone"),
        (project, 13, "configuration.unknown_field", "langage"),
        ("mappings/Shop.yaml", None, "configuration.no_mapping", None),
        ("mappings/form.yml", None, "configuration.wrong_ending", None),
        ("mappings/legacy.yaml", 2, "configuration.unknown_field", "fields.nam"),
        ("mappings/none.yaml", None, "configuration.no_mapping", None),
        ("mappings/stranger.yaml", None, "configuration.mapping_without_source", None),
        ("rules/quality.yaml", 3, "configuration.wrong_value", "checks.quarantine_share.threshold"),
        ("rules/qualty.yaml", None, "configuration.unknown_rules_file", None),
    ]


def test_rank_of_a_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    files = {"crm_pipelines.yaml": "", "rules/survivorship.yaml": "source_ranks:\n  sources:\n    ero: 1\n"}
    found = ("rules/survivorship.yaml", 3, "configuration.unknown_source", "source_ranks.sources.ero")
    assert faults(tmp_path, files) == [found]


@pytest.mark.parametrize(
    ("rules", "code", "field"),
    [
        ("trust:\n  sources: {ero: 1}\n", "configuration.unknown_source", "trust.sources.ero"),
        ("trust:\n  connectors: {sqll: 1}\n", "configuration.unknown_connector", "trust.connectors.sqll"),
        ("attributes:\n  email: {trust: {sources: {ero: 1}}}\n", "configuration.unknown_source",
         "attributes.email.trust.sources.ero"),
        ("attributes:\n  building: {order: [trust], trust: {otherwise: 1}}\n", "configuration.survives_with_group",
         "attributes.building"),
    ],
)  # fmt: skip
def test_trust_that_would_have_no_effect_is_refused(tmp_path: Path, rules: str, code: str, field: str) -> None:
    files = {"crm_pipelines.yaml": "", "rules/survivorship.yaml": rules}
    assert faults(tmp_path, files) == [("rules/survivorship.yaml", 2, code, field)]


def test_clean_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    rules = "clustering:\n  one_per_source: [ero]\n"
    files = {"crm_pipelines.yaml": "", "rules/matching.yaml": rules}
    found = ("rules/matching.yaml", 2, "configuration.unknown_source", "clustering.one_per_source")
    assert faults(tmp_path, files) == [found]


def test_mapping_may_only_use_words_the_rules_know(tmp_path: Path) -> None:
    mapping = (
        "fields: {name: a}\n"
        "consents:\n"
        "  - {purpose: {value: markting}, channel: {from: b, values: {x: emil}},"
        " granted: {from: c, values: {y: 希望}}}\n"
        "relationships:\n"
        "  - {kind: {value: friend}, to_key: d}\n"
        "interactions:\n"
        "  - {channel: x, happened_at: y, direction: {value: in}}\n"
    )
    files = {"crm_pipelines.yaml": "sources: {s: {connector: files, path: x}}\n", "mappings/s.yaml": mapping}
    assert faults(tmp_path, files) == [
        ("mappings/s.yaml", 3, "configuration.wrong_value", "consents[1].channel"),
        ("mappings/s.yaml", 3, "configuration.wrong_value", "consents[1].granted"),
        ("mappings/s.yaml", 3, "configuration.wrong_value", "consents[1].purpose"),
        ("mappings/s.yaml", 5, "configuration.wrong_value", "relationships[1].kind"),
        ("mappings/s.yaml", 7, "configuration.wrong_value", "interactions[1].direction"),
    ]


def test_activity_may_belong_to_another_source_that_exists(tmp_path: Path) -> None:
    mapping = "streams:\n  main:\n    belongs_to: {key: a, source: erq}\n"
    files = {
        "crm_pipelines.yaml": "sources: {s: {connector: files, path: x}, erp: {connector: web_form, path: x}}\n",
        "mappings/s.yaml": mapping,
    }
    assert faults(tmp_path, files) == [
        ("mappings/s.yaml", 3, "configuration.wrong_value", "streams.main.belongs_to.source")
    ]
    load_project(write(tmp_path, {"mappings/s.yaml": mapping.replace("erq", "erp")}), CONNECTORS, ENVIRONMENT)


def test_broken_yaml_is_told_with_the_faults_of_the_other_files(tmp_path: Path) -> None:
    files = {
        "crm_pipelines.yaml": "sources: {}\n",
        "rules/quality.yaml": "a: [\n",
        "rules/consent.yaml": "a: 1\na: 2\n",
    }
    assert [(file, code) for file, _, code, _ in faults(tmp_path, files)] == [
        ("rules/consent.yaml", "configuration.unknown_field_of_several"),
        ("rules/consent.yaml", "configuration.duplicate_key"),
        ("rules/quality.yaml", "configuration.syntax"),
    ]


def test_value_of_a_secret_is_never_shown(tmp_path: Path) -> None:
    text = "sources:\n  s: {connector: files, path: x, password: [hunter2], page_size: hunter3}\n"
    files = {"crm_pipelines.yaml": text, "mappings/s.yaml": "fields: {name: a}\n"}
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path, files), CONNECTORS, ENVIRONMENT)
    assert "hunter2" not in repr(caught.value.faults)
    assert "hunter3" in repr(caught.value.faults)


def test_substituted_value_is_never_shown(tmp_path: Path) -> None:
    files = {
        "crm_pipelines.yaml": "sources:\n  s: {connector: files, path: x, page_size: '${IMAP_PASSWORD}'}\n",
        "mappings/s.yaml": "fields: {name: a}\n",
    }
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path, files), CONNECTORS, ENVIRONMENT)
    assert "geheim" not in repr(caught.value.faults)
    assert "${IMAP_PASSWORD}" in repr(caught.value.faults)


def test_folder_without_a_project_file_is_no_project(tmp_path: Path) -> None:
    assert faults(tmp_path, {}) == [("crm_pipelines.yaml", None, "configuration.no_project_file", None)]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "configuration.project_key_missing"),
        ("ab" * 31, "configuration.project_key_short"),
        ("ab" * 65, "configuration.project_key_short"),
        ("zz" * 32, "configuration.project_key_not_hex"),
    ],
)
def test_wrong_project_key_starts_nothing(tmp_path: Path, key: str, code: str) -> None:
    assert [found[2] for found in faults(tmp_path, {"crm_pipelines.yaml": ""}, {"PROJECT_KEY": key})] == [code]


def test_empty_project_file_is_a_project_without_sources(tmp_path: Path) -> None:
    assert load_project(write(tmp_path, {"crm_pipelines.yaml": ""}), CONNECTORS, ENVIRONMENT).sources == {}


def test_sources_that_are_no_mapping_are_one_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, {"crm_pipelines.yaml": "sources: [a]\n"})
    assert found == [("crm_pipelines.yaml", 1, "configuration.wrong_value", "sources")]


def test_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "rules" / "quality.yaml").mkdir(parents=True)
    found = faults(tmp_path, {"crm_pipelines.yaml": ""})
    assert found == [("rules/quality.yaml", None, "configuration.not_readable", None)]


def test_refusal_of_a_connector_keeps_its_own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Picky(Options):
        @field_validator("path")
        @classmethod
        def _refuse(cls, path: str) -> str:
            raise ValueError("source.unknown_encoding")

    monkeypatch.setattr(Form, "options", Picky)
    files = {"crm_pipelines.yaml": "sources:\n  a: {connector: web_form, path: x}\n"}
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path, files), CONNECTORS, ENVIRONMENT)
    fault = caught.value.faults[0]
    assert (fault.code, fault.facts["expected"]) == ("configuration.refused", "source.unknown_encoding")


def test_name_near_to_none_is_told_all_that_are_known(tmp_path: Path) -> None:
    files = {"crm_pipelines.yaml": "sources:\n  a: {connector: web_form, path: x, zzz: 1}\n"}
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path, files), CONNECTORS, ENVIRONMENT)
    fault = caught.value.faults[0]
    assert fault.code == "configuration.unknown_field_of_several"
    assert fault.facts["expected"] == "complete, key, page_size, password, path"

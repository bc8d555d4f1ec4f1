import json

import pytest

from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion, with_priors, with_thresholds
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError


def test_a_version_survives_its_files() -> None:
    files = shipped_model().to_files()
    again = ModelVersion.from_files(files)
    assert again == shipped_model()
    assert again.id == shipped_model().id
    assert again.to_files() == files


def test_any_change_of_what_was_learned_gives_another_id() -> None:
    files = shipped_model().to_files()
    content = json.loads(files["person.json"])
    content["levels"]["name"]["exact"]["m"] *= 1.000001
    assert ModelVersion.from_files(files | {"person.json": json.dumps(content).encode()}).id != shipped_model().id


def test_a_change_of_the_declared_rules_gives_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shipped_model().id
    monkeypatch.setattr("crm_pipelines.matching.model_version.RULES", RULES[1:])
    assert ModelVersion.from_files(shipped_model().to_files()).id != before


def test_an_untrained_level_is_refused() -> None:
    files = shipped_model().to_files()
    content = json.loads(files["organisation.json"])
    del content["levels"]["phone"]["tail"]
    with pytest.raises(ContractError) as refused:
        ModelVersion.from_files(files | {"organisation.json": json.dumps(content).encode()})
    assert refused.value.facts == {"comparison": "phone", "level": "tail"}


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(ContractError):
        ModelVersion.from_files({})


def test_an_unseen_value_counts_as_the_floor_and_none_falls_below_it() -> None:
    model = shipped_model()
    floor = model.types[CustomerType.PERSON].frequency_floors["family_name"]
    assert model.frequency(CustomerType.PERSON, "family_name", "誰も知らない") == floor
    assert model.frequency(CustomerType.PERSON, "family_name", "佐藤") > 0.01
    assert all(value >= floor for value in model.frequencies["family_name"].values())


def test_the_shipped_weights_fall_with_the_levels_of_contact_points() -> None:
    for kind, names in ((CustomerType.PERSON, ("email", "phone")), (CustomerType.ORGANISATION, ("phone",))):
        for name in names:
            weights = [shipped_model().types[kind].levels[name][level].weight for level in ("own", "shared", "crowded")]
            assert weights == sorted(weights, reverse=True)


def test_what_contradicts_weighs_against() -> None:
    for kind, comparisons in COMPARISONS.items():
        for comparison in comparisons:
            for level in comparison.levels:
                if level.contradicts:
                    assert shipped_model().types[kind].levels[comparison.name][level.name].weight <= -10


def test_a_projects_thresholds_make_another_version_and_leave_the_rest() -> None:
    model = shipped_model()
    stricter = with_thresholds(model, CustomerType.PERSON, auto_match=12.0, review=None)
    assert stricter.types[CustomerType.PERSON].thresholds.auto_match == 12.0
    assert stricter.types[CustomerType.PERSON].thresholds.review == model.types[CustomerType.PERSON].thresholds.review
    assert stricter.types[CustomerType.ORGANISATION] == model.types[CustomerType.ORGANISATION]
    assert stricter.id != model.id
    assert with_thresholds(model, CustomerType.PERSON, None, None).id == model.id


def test_another_prior_makes_another_version_and_leaves_the_rest() -> None:
    model = shipped_model()
    other = with_priors(model, {CustomerType.PERSON: -10.0})
    assert other.types[CustomerType.PERSON].prior_log2_odds == -10.0
    assert other.types[CustomerType.ORGANISATION] == model.types[CustomerType.ORGANISATION]
    assert other.id != model.id
    assert with_priors(model, {}).id == model.id

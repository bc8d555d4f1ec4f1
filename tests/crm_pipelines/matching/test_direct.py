import subprocess
import sys
from itertools import combinations
from typing import Any

import duckdb
import pytest

from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.judging import judged_sql
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.match_input import create_match_inputs, create_match_records
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.pair_scores import ScoringTask, score_candidates, scored_columns
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import curious_organisations, random_records, seeded

_TYPES = {"record_key_l": "integer", "record_key_r": "integer", "evidence": "double"}


def _scored_by_splink(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion
) -> list[tuple[object, ...]]:
    create_match_records(con, "match_records", "standardised_records")
    create_match_inputs(con, "temp.match_records", model)
    con.execute(
        "create or replace temp table every_pair as select l.record_key as record_key_l, r.record_key as record_key_r, "
        f"row_number() over () - 1 as place from match_input_{kind} l join match_input_{kind} r "
        "on l.record_key < r.record_key"
    ).fetchall()
    listed = ", ".join(f"{name} {_TYPES.get(name, 'tinyint')}" for name in scored_columns(kind))
    con.execute(f"create or replace temp table every_score ({listed})").fetchall()
    task = ScoringTask(kind, model, f"match_input_{kind}", "every_pair", "every_score", chunk_size=1_000)
    n_scored = score_candidates(con, task)
    rows = con.execute(judged_sql(kind, model, "every_score")).fetchall()
    assert len(rows) == n_scored
    return rows


def _foreigners() -> list[dict[str, Any]]:
    """Foreign names in two scripts, misspelt, cut, doubled and given up; with numbers and places from abroad."""
    born = {"birth_date_key": "1978-06-02", "sound_keys": ["dbs/mkr"]}
    return [
        person(
            "davis",
            "michael",
            readings=(["dabis"], ["michael"]),
            external_ids="522-28-4385",
            email="mdavis7@a.us",
            **born,
        ),
        person(
            "davis",
            "mhicaele",
            readings=(["dabis"], ["mhicaele"]),
            external_ids="522284385",
            email="mdavsi7@a.us",
            **born,
        ),
        person("davis", "michael", readings=(["dabis"], ["michael"]), name="Michael Davis, Sr.", birth_date_key="1948"),
        person("davis", "michael", readings=(["dabis"], ["michael"]), name="Michael Davis, Jr.", birth_date_key="1978"),
        person("マイケル", "デイビス", **born),
        person(name="Davis", name_key="davis", birth_date_key="1978-01-01", external_ids="522-28-4386"),
        person("dawis", "m", readings=(["dawis"], ["m"]), is_given_initial_only=True, birth_date_key="1978-01-01"),
        person("dawis", "mikael", readings=(["dawis"], ["mikael"]), birth_date_key="1999-01-01", country="US"),
        person("dabbis", "michel", readings=(["dabbis"], ["michel"]), birth_date_key="1978-06-19"),
        person("rivers-davis", "michael", readings=(["ribersdabis"], ["michael"]), birth_date_key="1978-11-02"),
        person("davis", "michaela", readings=(["dabis"], ["michaera"]), birth_date_key="1978-06-02"),
        person("pokkias", "michael", readings=(["pokkias"], ["michael"]), birth_date_key="1978-06-02"),
        person("dhvis", "miecheel", readings=(["dhbis"], ["miecheel"]), birth_date_key="1971-06-03"),
        person("sanders", "cheryl", readings=(["sanders"], ["cheryr"]), external_ids="522-28-4385", **born),
        person("sato", "ken", readings=(["sato"], ["ken"]), external_ids="901-11-4385"),
        person("sato", "kenneth", readings=(["sato"], ["kenesu"])),
        person("davis", address_key="US:94616:124:jacksonave", external_ids="522-28-0000"),
        person("davis", address_key="US:94661:124:jacksonav"),
    ]


def _keep_everything(model: ModelVersion) -> ModelVersion:
    files = {name: content.replace(b'"floor": -8.0', b'"floor": -900.0') for name, content in model.to_files().items()}
    return ModelVersion.from_files(files)


@pytest.mark.parametrize("kind", list(CustomerType))
def test_the_direct_scorer_is_splink_to_nine_decimals_and_all_levels_occur(
    con: duckdb.DuckDBPyConnection, kind: CustomerType
) -> None:
    model = _keep_everything(shipped_model())
    records = [item for item in random_records(seeded(11), 520) if item["customer_type"] == kind][:150]
    records += _foreigners() if kind is CustomerType.PERSON else curious_organisations()
    matched(con, records)
    by_key = {record["record_key"]: record for record in records}
    shares = {
        (found, key): bucket
        for found, key, bucket in con.execute("select kind, contact_key, bucket from contact_shares").fetchall()
    }
    names = [comparison.name for comparison in COMPARISONS[kind]]
    seen = set()
    rows = _scored_by_splink(con, kind, model)
    assert len(rows) > 10_000
    for left, right, weight, probability, band, is_contradiction, *levels in rows:
        score = score_pair(by_key[left], by_key[right], model, shares)
        assert list(score.levels.values()) == levels
        assert score.match_weight == pytest.approx(weight, abs=1e-9)
        assert score.match_probability == pytest.approx(probability, abs=1e-9)
        assert (score.band, score.is_contradiction) == (band, is_contradiction)
        seen |= set(zip(names, levels, strict=True))
    missing = {
        (comparison.name, level.name)
        for comparison in COMPARISONS[kind]
        for level in comparison.levels
        if (comparison.name, comparison.number_of(level.name)) not in seen
    }
    assert missing == set()


def test_the_order_of_a_pair_makes_no_difference() -> None:
    records = [item for item in random_records(seeded(12), 60) if item["customer_type"] == "person"]
    model = shipped_model()
    for left, right in combinations(records, 2):
        assert score_pair(left, right, model, {}) == score_pair(right, left, model, {})


def test_the_parts_add_up_to_the_match_weight() -> None:
    pair = person("佐藤", "健一", readings=(["sato"], ["keniti"])), person("佐藤", "健一", email="a@b.jp")
    score = score_pair(*pair, shipped_model(), {})
    total = score.prior_weight + sum(part.total for part in score.comparisons.values())
    assert score.match_weight == pytest.approx(total)
    assert score.comparisons["email"].level == "not_compared"
    assert score.comparisons["email"].total == 0


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    model = shipped_model()
    common, rare = (
        score_pair(person(family, "健一"), person(family, "健一"), model, {}) for family in ("佐藤", "勅使河原")
    )
    assert rare.match_weight > common.match_weight + 2


def test_a_person_is_never_compared_with_an_organisation() -> None:
    with pytest.raises(ContractError):
        score_pair(person("森"), organisation("森"), shipped_model(), {})


def test_explaining_needs_no_splink() -> None:
    modules = "crm_pipelines.matching.direct, crm_pipelines.matching.explanation, crm_pipelines.matching.shipped"
    code = f"import sys, {modules}; sys.exit('splink' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The soak at a small size, as it is started at its full one; and that its checks see what they are there to see."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.published import Publications
from tests.soak import account_checks, identity_checks, table_checks, verdict_checks
from tests.soak.identity_checks import Remembered
from tests.soak.published_state import PublishedState
from tests.worlds import ROOT, published_world


def test_three_weeks_of_kills_and_harm_leave_no_trace(tmp_path: Path) -> None:
    report = tmp_path / "soak.json"
    asked = ["--weeks", "3", "--records", "120", "--kills", "3", "--histories", "0"]
    asked += ["--report", str(report), "--folder", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "tests/soak", *asked], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["violations"] == []
    assert found["runs"]["killed"] == 3
    assert found["compared"] == {
        "with the undisturbed twin": 1, "with a full rebuild": 1, "histories with a model by brute force": 0,
    }  # fmt: skip


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[PublishedState]:
    """A project that is whole, to be broken."""
    found = PublishedState(published_world(tmp_path_factory).copy(tmp_path / "project").root)
    yield found
    found.close()


def test_a_whole_project_breaks_nothing(state: PublishedState) -> None:
    assert _all_violations(state) == []


_BREAKS = {
    "a record loses its home": "delete from crosswalk where record_id = (select min(record_id) from crosswalk)",
    "a record has another home": """
        update crosswalk set golden_id = (select max(golden_id) from crosswalk)
        where record_id = (select min(record_id) from crosswalk)""",
    "a customer is gone": "delete from customers where golden_id = (select min(golden_id) from customers)",
    "a value is nobody's": """
        update customers set email = 'x@x.example'
        where golden_id = (select min(golden_id) from customers where email is not null)""",
    "a row is lost": """
        delete from source_records
        where source_record_id = (select min(source_record_id) from source_records where outcome = 'live')""",
    "a row says something else": """
        update source_records set payload = '{}'
        where source_record_id = (select min(source_record_id) from source_records)""",
    "an interaction is lost": """
        delete from interactions where interaction_id = (select min(interaction_id) from interactions)""",
    "a value comes from nowhere": """
        update attribute_values set record_id = 'erp:nobody'
        where (golden_id, attribute) = (select min((golden_id, attribute)) from attribute_values where survives)
            and survives""",
    "an id leads to a dead one": """
        insert into redirects select max(golden_id), 'AAAA-AAAA-AAAA', 'merged', now(), null, '' from customers""",
    "a change is lost": "delete from changes where seq = 1",
    "a change of a value is made up": """
        insert into value_changes by name
        select coalesce((select max(seq) from value_changes), 0) + 1 as seq, min(golden_id) as golden_id,
            'email' as attribute, 'x@x.example' as value, 'data' as cause, false as is_erased
        from customers""",
}


@pytest.mark.parametrize("breaks", _BREAKS.values(), ids=_BREAKS)
def test_a_broken_publication_is_seen(state: PublishedState, breaks: str) -> None:
    current = Publications(state.paths).current()
    with duckdb.connect(str(current)) as con:
        assert con.execute(breaks).fetchall() == [(1,)]
    assert _all_violations(state) != []


def test_a_lost_or_repeated_batch_is_seen(state: PublishedState) -> None:
    landing = state.paths.landing / "erp"
    batch = min(landing.iterdir())
    again = landing / "000000000099"
    shutil.copytree(batch, again)
    manifest = json.loads((again / "manifest.json").read_text(encoding="utf-8")) | {"sequence": 99}
    (again / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert any("landed" in text for text in _all_violations(state))
    shutil.rmtree(again)
    shutil.rmtree(batch)
    assert any("no source holds" in text for text in _all_violations(state))


def test_an_id_that_changes_without_a_reason_is_seen(state: PublishedState) -> None:
    record, home = next(iter(state.homes.items()))
    before = Remembered(state.homes | {record: "AAAA-AAAA-AAAA"}, state.log)
    assert any(record in text for text in identity_checks.violations(state, before))
    rewritten = state.log.with_columns(reason=pl.lit("other"))
    assert list(identity_checks.violations(state, Remembered(state.homes, rewritten))) != []
    assert home in set(state.log["golden_id"])


@pytest.mark.parametrize("judgement", [Judgement.MATCH, Judgement.NO_MATCH])
def test_a_verdict_that_does_not_hold_is_seen(state: PublishedState, judgement: Judgement) -> None:
    persons = [record for record in sorted(state.homes) if state.kinds[record] == "person"]
    left = persons[0]
    mates = [record for record in persons[1:] if (state.homes[record] == state.homes[left])]
    others = [record for record in persons[1:] if (state.homes[record] != state.homes[left])]
    if judgement is Judgement.NO_MATCH and not mates:
        left, *mates = next(
            [one for one in persons if state.homes[one] == home]
            for home in state.homes.values()
            if sum(state.homes[one] == home for one in persons) > 1
        )
    right = others[0] if judgement is Judgement.MATCH else mates[0]
    state.decisions = [_decision(1, judgement, left, right)]
    assert len(list(verdict_checks.violations(state))) == 1
    state.decisions.append(_decision(2, Judgement.UNSURE, left, right, supersedes="d1"))
    assert list(verdict_checks.violations(state)) == []


def test_a_later_decision_against_an_earlier_one_has_no_effect() -> None:
    same, different = _decision(1, Judgement.MATCH, "a", "b"), _decision(2, Judgement.NO_MATCH, "b", "a")
    assert verdict_checks.closure([same, different]) == ([{"a", "b"}], [])
    groups, apart = verdict_checks.closure(
        [
            _decision(1, Judgement.NO_MATCH, "a", "b"),
            _decision(2, Judgement.MATCH, "b", "c"),
            _decision(3, Judgement.MATCH, "a", "c"),
        ]
    )
    assert groups == [{"b", "c"}]
    assert apart == [({"a"}, {"b", "c"})]


def _decision(seq: int, judgement: Judgement, left: str, right: str, supersedes: str | None = None) -> Decision:
    return Decision(
        seq=seq, decision_id=f"d{seq}", judgement=judgement, record_ids_left=(left,), record_ids_right=(right,),
        steward="s", decided_at=datetime(2024, 4, 1, tzinfo=UTC), reason=None, question_id=None, supersedes=supersedes,
    )  # fmt: skip


def _all_violations(state: PublishedState) -> list[str]:
    return [
        *account_checks.violations(state, (), (), is_held=False),
        *identity_checks.violations(state, Remembered()),
        *verdict_checks.violations(state),
        *table_checks.violations(state, ()),
    ]

"""A merge that is taken back leaves no trace but in the history: state(merge; U; unmerge) = state(U)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from crm_pipelines.demo.second_day import write_second_day
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewConsent, NewDecision, NewPin
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import HISTORY, copied, differences, publication, published
from tests.road.runner import Runner

_NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
# What happened stays told in the log; its fold speaks of other days. Where records live is compared apart.
_HISTORY = (*HISTORY, "identity_log", "crosswalk", "redirects")
_LIVE = "select record_id, golden_id from crosswalk where valid_to is null order by record_id"
_CUSTOMERS = """
    select golden_id, list_sort(list(record_id)) from crosswalk inner join customers using (golden_id)
    where valid_to is null and customer_type = ? group by golden_id order by golden_id"""
_RETIRED = "select golden_id, redirects_to from redirects where valid_to is null order by all"
Entry = Callable[[Ledger], object]


@pytest.mark.parametrize("seed", [13])
def test_an_unmerge_restores_everything_but_the_history(
    runner: Runner, first_day: Path, tmp_path: Path, seed: int
) -> None:
    rng = Random(seed)
    merged, plain = (copied(first_day, tmp_path / name) for name in ("merged", "plain"))
    people = published(first_day, _CUSTOMERS, [rng.choice(("person", "organisation"))])
    both = _worth_merging(first_day, people, rng)
    meanwhile = _meanwhile(people, both, rng)

    decision = _merge(runner, merged, [golden_id for golden_id, _ in both])
    runner.walk(merged)
    assert len({dict(published(merged, _LIVE))[record] for _, records in both for record in records}) == 1
    for project in (merged, plain):
        with open_ledger(ProjectPaths(project).ledger_url) as ledger:
            for entry in meanwhile:
                entry(ledger)
        write_second_day(project / "data" / "inbox")
        runner.walk(project)
    ended = runner.run(merged, "undo", decision, "--steward", "hanako")
    assert ended.code == 0, ended.stderr
    for project in (merged, plain):
        runner.walk(project)

    assert published(merged, _LIVE) == published(plain, _LIVE)
    # An id that was published while they were one leads on to all that it stood for then.
    assert set(published(merged, _RETIRED)) >= set(published(plain, _RETIRED))
    found = [publication(project, but_clock=True, without=_HISTORY) for project in (merged, plain)]
    assert differences(*found) == []


def _worth_merging(project: Path, people: Sequence[tuple[str, list[str]]], rng: Random) -> list[tuple[str, list[str]]]:
    """Two or three customers with much to restore: interactions, consents and relationships among them."""
    rich = published(
        project,
        """select distinct golden_id from interactions union select golden_id from consents
           union select golden_id_from from relationships order by 1""",
    )
    names = {golden_id for (golden_id,) in rich}
    return rng.sample([one for one in people if one[0] in names], rng.choice((2, 3)))


def _merge(runner: Runner, project: Path, golden_ids: Sequence[str]) -> str:
    ended = runner.run(project, "merge", *golden_ids, "--steward", "hanako")
    assert ended.code == 0, ended.stderr
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        return ledger.decisions()[-1].decision_id


def _meanwhile(
    people: Sequence[tuple[str, list[str]]], both: Sequence[tuple[str, list[str]]], rng: Random
) -> list[Entry]:
    """Verdicts, pins and consents about anybody, those who were merged among them."""
    found: list[Entry] = []
    for number in range(6):
        at = _NOW + timedelta(minutes=number)
        (_, left), (_, right) = rng.choice(both), rng.choice([one for one in people if one not in both])
        found.append(rng.choice((_decided, _parted, _pinned, _consented))(f"u{number}", at, left, right))
    if rng.random() < 0.5:
        found.append(_parted("against", _NOW, both[0][1], both[1][1]))
    return found


def _decided(name: str, at: datetime, left: Sequence[str], right: Sequence[str]) -> Entry:
    decision = NewDecision(
        judgement=Judgement.MATCH, record_ids_left=tuple(left), record_ids_right=tuple(right), steward="jiro",
        decided_at=at, decision_id=name,
    )  # fmt: skip
    return lambda ledger: ledger.record_decision(decision)


def _parted(name: str, at: datetime, left: Sequence[str], right: Sequence[str]) -> Entry:
    sides = (left[:1], left[1:]) if len(left) > 1 else (left, right)
    decision = NewDecision(
        judgement=Judgement.NO_MATCH, record_ids_left=tuple(sides[0]), record_ids_right=tuple(sides[1]),
        steward="jiro", decided_at=at, decision_id=name,
    )  # fmt: skip
    return lambda ledger: ledger.record_decision(decision)


def _pinned(name: str, at: datetime, left: Sequence[str], right: Sequence[str]) -> Entry:
    pin = NewPin(
        record_ids=tuple(left), attribute="department", value=name, steward="jiro", pinned_at=at, pin_id=name
    )  # fmt: skip
    return lambda ledger: ledger.record_pin(pin)


def _consented(name: str, at: datetime, left: Sequence[str], right: Sequence[str]) -> Entry:
    consent = NewConsent(
        record_id=left[0], purpose="marketing", channel="email", granted=False, obtained_at=at, recorded_by="jiro",
        recorded_at=at, consent_id=name,
    )  # fmt: skip
    return lambda ledger: ledger.record_consent(consent)

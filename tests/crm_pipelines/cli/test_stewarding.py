"""`merge`, `split`, `undo`: decisions over the records as published, with what they would do told before."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision, NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World

STEWARD = ("--steward", "hanako")
_CUSTOMERS = """
    select golden_id, list_sort(list(record_id)) from crosswalk
    inner join customers using (golden_id)
    where valid_to is null and customer_type = ? group by golden_id having count(*) >= ? order by golden_id"""


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


def customers(project: World, kind: str = "person", at_least: int = 1) -> list[tuple[str, list[str]]]:
    with Publications(ProjectPaths(project.root)).connect_current() as con:
        return con.execute(_CUSTOMERS, [kind, at_least]).fetchall()


def decisions(project: World) -> list[Decision]:
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        return ledger.decisions()


def refused(ask: CallWorld, project: World, *arguments: object) -> tuple[str, Any]:
    code, document = ask(project, *arguments, *STEWARD)
    assert code in (1, 2)
    error = document["error"]
    return error["code"], error["facts"]


def test_merge_joins_the_records_as_published_and_tells_who_lives_on(project: World, ask: CallWorld) -> None:
    (a, of_a), (b, of_b), (c, of_c) = customers(project)[:3]
    code, document = ask(project, "merge", a, b.lower(), of_c[0], "--reason", "one family name", *STEWARD)
    assert code == 0
    (made,) = decisions(project)
    assert (made.judgement, made.reason, made.steward) == (Judgement.MATCH, "one family name", "hanako")
    assert made.record_ids_left == tuple(of_a)
    assert made.record_ids_right == tuple(sorted(of_b + of_c))
    assert made.evidence is not None
    assert document["before"] == {a: of_a, b: of_b, c: of_c}
    ((survivor, members),) = document["after"].items()
    assert survivor in (a, b, c)
    assert members == sorted(of_a + of_b + of_c)
    merged = {row["golden_id"]: row["other_id"] for row in document["outlook"] if row["event"] == "merged"}
    assert merged == {name: survivor for name in (a, b, c) if name != survivor}


def test_a_trial_records_nothing(project: World, ask: CallWorld) -> None:
    (a, _), (b, _) = customers(project)[:2]
    code, document = ask(project, "merge", a, b, "--dry-run", *STEWARD)
    assert (code, document["decision_id"], decisions(project)) == (0, None, [])
    assert len(document["after"]) == 1


def test_what_cannot_be_merged_is_refused(project: World, ask: CallWorld) -> None:
    (a, of_a), (b, _) = customers(project, at_least=2)[:2]
    ((company, _), *_) = customers(project, "organisation")
    assert refused(ask, project, "merge", a, of_a[0])[0] == "stewardship.already_one"
    assert refused(ask, project, "merge", a, company)[0] == "stewardship.two_types"
    assert refused(ask, project, "merge", a, "erp:nobody")[0] == "explain.unknown_ids"
    assert refused(ask, project, "merge", a)[0] == "stewardship.two_ids"
    ask(project, "merge", a, b, *STEWARD)
    assert refused(ask, project, "merge", b, a)[0] == "stewardship.waits"
    assert len(decisions(project)) == 1


def test_a_retired_id_counts_for_the_one_it_leads_to(project: World, ask: CallWorld) -> None:
    (a, of_a), (b, of_b), (c, of_c) = customers(project)[:3]
    with duckdb.connect(str(Publications(ProjectPaths(project.root)).current())) as con:
        for table in ("crosswalk", "customers"):
            con.execute(f"update {table} set golden_id = ? where golden_id = ?", [b, a])
        con.execute("insert into redirects (golden_id, redirects_to, reason) values (?, ?, 'joined_older')", [a, b])
    code, _ = ask(project, "merge", a, c, *STEWARD)
    assert code == 0
    assert decisions(project)[0].record_ids_left == tuple(sorted(of_a + of_b))
    with duckdb.connect(str(Publications(ProjectPaths(project.root)).current())) as con:
        con.execute("insert into redirects (golden_id, redirects_to, reason) values (?, ?, 'joined_older')", [a, c])
    code, facts = refused(ask, project, "merge", a, of_c[0])
    assert (code, facts["golden_ids"]) == ("stewardship.not_one_customer", ", ".join(sorted((b, c))))


def test_split_parts_the_named_records_from_the_rest(project: World, ask: CallWorld) -> None:
    golden_id, members = customers(project, at_least=3)[0]
    code, document = ask(project, "split", golden_id, members[1], *STEWARD)
    assert code == 0
    (made,) = decisions(project)
    assert made.judgement is Judgement.NO_MATCH
    assert made.record_ids_left == (members[1],)
    assert made.record_ids_right == (members[0], *members[2:])
    assert document["before"] == {golden_id: members}
    assert [members[1]] in document["after"].values()


def test_what_cannot_be_split_is_refused(project: World, ask: CallWorld) -> None:
    (a, of_a), (_, of_b) = customers(project, at_least=2)[:2]
    assert refused(ask, project, "split", a, of_b[0])[0] == "stewardship.not_a_member"
    assert refused(ask, project, "split", a, *of_a)[0] == "stewardship.nothing_left"
    assert decisions(project) == []


def test_a_merge_against_a_standing_verdict_names_it_and_needs_it_replaced(project: World, ask: CallWorld) -> None:
    golden_id, members = customers(project, at_least=3)[0]
    other = next(name for name, _ in customers(project) if name != golden_id)
    assert ask(project, "merge", golden_id, other, *STEWARD)[0] == 0
    code, facts = refused(ask, project, "split", golden_id, members[0])
    assert (code, facts["decision_ids"]) == ("stewardship.contradicts", decisions(project)[0].decision_id)
    assert facts["steward"] == "hanako"
    assert refused(ask, project, "split", golden_id, members[0], "--supersede", "no such")[0] == (
        "stewardship.cannot_replace"
    )
    first = decisions(project)[0]
    code, document = ask(project, "split", golden_id, members[0], "--supersede", first.decision_id, *STEWARD)
    assert (code, document["replaces"]) == (0, [first.decision_id])
    assert decisions(project)[1].supersedes == first.decision_id


def test_undo_takes_the_last_decision_back_and_then_the_one_before(project: World, ask: CallWorld) -> None:
    (a, _), (b, _), (c, _) = customers(project)[:3]
    ask(project, "merge", a, b, *STEWARD)
    ask(project, "merge", c, b, *STEWARD)
    first, second = decisions(project)
    code, document = ask(project, "undo", "last", *STEWARD)
    assert (code, document["replaces"]) == (0, [second.decision_id])
    assert ask(project, "undo", "last", *STEWARD)[1]["replaces"] == [first.decision_id]
    assert refused(ask, project, "undo", "last")[0] == "stewardship.nothing_to_undo"
    assert refused(ask, project, "undo", first.decision_id)[0] == "stewardship.cannot_replace"
    assert [one.judgement.value for one in decisions(project)] == ["MATCH", "MATCH", "UNSURE", "UNSURE"]
    assert ask(project, "merge", a, b, "--dry-run", *STEWARD)[0] == 0


def test_undo_brings_back_what_the_decision_had_replaced(project: World, ask: CallWorld) -> None:
    golden_id, members = customers(project, at_least=2)[0]
    ask(project, "split", golden_id, members[0], *STEWARD)
    parted = decisions(project)[0]
    other = next(name for name, _ in customers(project) if name != golden_id)
    ask(project, "merge", members[0], other, "--supersede", parted.decision_id, *STEWARD)
    ask(project, "undo", "last", *STEWARD)
    restored = decisions(project)[-1]
    assert (restored.judgement, restored.record_ids_left) == (Judgement.NO_MATCH, parted.record_ids_left)
    assert restored.evidence == parted.evidence


def test_undo_brings_back_everything_that_had_to_give_way(project: World, ask: CallWorld) -> None:
    golden_id, members = customers(project, at_least=3)[0]
    others = [name for name, _ in customers(project) if name != golden_id][:2]
    for other in others:
        ask(project, "merge", golden_id, other, *STEWARD)
    first, second = (one.decision_id for one in decisions(project))
    ask(project, "split", golden_id, members[0], "--supersede", first, "--supersede", second, *STEWARD)
    assert ask(project, "undo", "last", *STEWARD)[0] == 0
    before, after = decisions(project)[:2], decisions(project)[-2:]
    assert [(one.judgement, one.record_ids_right) for one in after] == [
        (one.judgement, one.record_ids_right) for one in before
    ]


def test_an_undo_that_brings_back_what_no_longer_fits_is_refused(project: World, ask: CallWorld) -> None:
    golden_id, members = customers(project, at_least=2)[0]
    other = next(name for name, _ in customers(project) if name != golden_id)
    ask(project, "split", golden_id, *members[1:], *STEWARD)
    ask(project, "merge", golden_id, other, "--supersede", decisions(project)[0].decision_id, *STEWARD)
    since = NewDecision(
        judgement=Judgement.MATCH, record_ids_left=(members[0],), record_ids_right=(members[1],), steward="jiro",
        decided_at=datetime(2026, 4, 1, tzinfo=UTC), decision_id="since",
    )  # fmt: skip
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        ledger.record_decision(since)
    code, facts = refused(ask, project, "undo", decisions(project)[1].decision_id)
    assert (code, facts["decision_ids"], facts["steward"]) == ("stewardship.contradicts", "since", "jiro")
    assert len(decisions(project)) == 3


def test_a_change_that_needs_two_people_is_refused_here_by_the_records_that_hang_on_it(
    project: World, ask: CallWorld
) -> None:
    (a, of_a), (b, of_b) = customers(project, at_least=2)[:2]
    n_records = len(of_a) + len(of_b)
    rules = project.root / "rules" / "review.yaml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text(f"two_people_from: {n_records}\n", encoding="utf-8")
    told = ("stewardship.act_two_needed", {"n_records": n_records})
    assert refused(ask, project, "merge", a, b) == told
    assert refused(ask, project, "merge", of_a[0], of_b[0]) == told
    assert ask(project, "split", a, of_a[0], *STEWARD)[0] == 0
    rules.write_text("two_people_from: 2\n", encoding="utf-8")
    (made,) = decisions(project)
    assert refused(ask, project, "split", b, of_b[0]) == ("stewardship.act_two_needed", {"n_records": len(of_b)})
    assert refused(ask, project, "undo", "last")[0] == "stewardship.act_two_needed"
    assert decisions(project) == [made]
    rules.unlink()
    assert ask(project, "undo", made.decision_id, *STEWARD)[0] == 0

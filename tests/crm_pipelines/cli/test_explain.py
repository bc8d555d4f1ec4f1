"""`explain`: why and why not, on a real publication, with what people decided."""

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ContractError
from crm_pipelines.model.ids import hashed_key
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.crm_pipelines.cli.conftest import CallWorld, Rows
from tests.worlds import PROJECT_KEY, World

_GOLDEN = "select record_id, golden_id from crosswalk where valid_to is null"


def joined_pair(rows: Rows) -> tuple[str, str]:
    """Two persons' records that are one customer by their own pair."""
    return rows(
        f"""with g as ({_GOLDEN}) select record_id_l, record_id_r from scored_pairs
            join g l on l.record_id = record_id_l join g r on r.record_id = record_id_r and r.golden_id = l.golden_id
            where band = 'AUTO_MATCH' and customer_type = 'person' order by all limit 1"""
    )[0]


def apart_pair(rows: Rows, condition: str) -> tuple[str, str]:
    return rows(
        f"""with g as ({_GOLDEN}) select record_id_l, record_id_r from scored_pairs
            join g l on l.record_id = record_id_l join g r on r.record_id = record_id_r and r.golden_id <> l.golden_id
            where {condition} order by all limit 1"""
    )[0]


def test_two_records_of_one_customer_are_told_with_evidence_and_chain(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = joined_pair(rows)
    code, document = ask(world, "explain", left, right)
    assert code == 0
    assert document["is_one_customer"] is True
    assert document["score"]["band"] == "AUTO_MATCH"
    assert document["stored_match_weight"] == pytest.approx(document["score"]["match_weight"], abs=1e-9)
    assert sum(row["weight"] for row in document["evidence"]) == pytest.approx(document["score"]["match_weight"])
    assert {document["chain"][0]["record_a"], document["chain"][-1]["record_b"]} == {left, right}
    assert document["history"][0]["event"] == "minted"


def test_both_values_stand_beside_each_comparison(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = joined_pair(rows)
    names = dict(rows(f"select record_id, name from standardised_records where record_id in ('{left}', '{right}')"))
    _, document = ask(world, "explain", left, right)
    row = next(row for row in document["evidence"] if row["comparison"] == "name")
    assert (row["value_a"] or "").startswith(names[left] or "")
    assert (row["value_b"] or "").startswith(names[right] or "")


def test_a_contradiction_keeps_two_apart(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = apart_pair(rows, "is_contradiction and customer_type = 'person'")
    code, document = ask(world, "explain", right, left)
    assert (code, document["is_one_customer"], document["score"]["is_contradiction"]) == (0, False, True)


def test_an_open_question_is_the_reason(world: World, ask: CallWorld, rows: Rows) -> None:
    question, left, right = rows(
        "select question_id, record_ids_left[1], record_ids_right[1] from review_queue order by question_id limit 1"
    )[0]
    _, document = ask(world, "explain", left, right)
    assert question in [row["question_id"] for row in document["questions_between"]]


def test_two_that_were_never_compared_are_told_the_nearest_rule(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = rows(
        """select l.record_id, r.record_id from standardised_records l, standardised_records r
           where l.customer_type = 'person' and r.customer_type = 'person' and l.record_id < r.record_id
               and not exists (from blocking_keys a join blocking_keys b using (rule, key)
                               where a.record_id = l.record_id and b.record_id = r.record_id)
           order by all limit 1"""
    )[0]
    code, document = ask(world, "explain", left, right)
    assert (code, document["stored_match_weight"]) == (0, None)
    assert document["not_compared"]["code"] == "explain.never_compared"
    assert document["blocking_rules"][0]["rule"]["code"] == f"blocking.{document['not_compared']['rule']}"


def test_two_customers_are_told_by_their_best_pair(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = apart_pair(rows, "band = 'REVIEW'")
    golden = dict(rows(_GOLDEN))
    code, document = ask(world, "explain", golden[left], golden[right].lower())
    assert (code, document["is_one_customer"]) == (0, False)
    assert document["A"]["golden_ids"] == [golden[left]]
    assert document["stored_match_weight"] is not None


def test_a_customer_and_its_own_record_are_told_by_another_record(world: World, ask: CallWorld, rows: Rows) -> None:
    left, _ = joined_pair(rows)
    code, document = ask(world, "explain", dict(rows(_GOLDEN))[left], left)
    assert (code, document["is_one_customer"]) == (0, True)
    assert "score" in document


def test_a_record_and_itself_are_one(world: World, ask: CallWorld, rows: Rows) -> None:
    left, _ = joined_pair(rows)
    code, document = ask(world, "explain", left, left)
    assert (code, document["is_one_customer"], "score" in document) == (0, True, False)


def test_a_person_and_an_organisation_are_never_compared(world: World, ask: CallWorld, rows: Rows) -> None:
    (organisation,) = rows("select min(record_id) from standardised_records where customer_type = 'organisation'")[0]
    code, document = ask(world, "explain", joined_pair(rows)[0], organisation)
    assert (code, document["is_one_customer"], "score" in document) == (0, False, False)


def test_a_mail_is_found_by_its_message_id(world: World, ask: CallWorld, rows: Rows) -> None:
    ids = [line.partition(",")[0] for line in world.truth.read_text(encoding="utf-8").splitlines()]
    live = dict(rows(_GOLDEN))
    for raw in (record for record in ids if record.startswith("mail:") and "#" not in record):
        hashed = f"mail:{hashed_key(bytes.fromhex(PROJECT_KEY), 'mail', raw.removeprefix('mail:'))}"
        if hashed in live:
            code, document = ask(world, "explain", raw, hashed)
            assert (code, document["A"]["id"], document["is_one_customer"]) == (0, hashed, True)
            return
    pytest.fail("no mail of the truth is live")


def test_an_id_nobody_knows_is_2_and_says_which(world: World, ask: CallWorld, rows: Rows) -> None:
    code, document = ask(world, "explain", joined_pair(rows)[0], "erp:hanako@mail.example.jp")
    assert (code, document["error"]["code"]) == (2, "explain.unknown_ids")
    assert [fault["facts"]["argument"] for fault in document["error"]["faults"]] == ["B"]
    assert "hanako" not in json.dumps(document["error"])


def test_a_row_that_is_held_back_says_why(world: World, ask: CallWorld) -> None:
    with Publications(ProjectPaths(world.root)).connect_operations() as con:
        record, reason = con.execute(
            "select source_record_id, reason_code from set_aside_records order by source_record_id limit 1"
        ).fetchall()[0]
    code, document = ask(world, "explain", record, record)
    fault = document["error"]["faults"][0]
    assert (code, fault["code"], fault["facts"]["reason"]) == (2, "explain.held_back", reason)


@pytest.fixture
def decided(world: World, tmp_path: Path) -> Callable[[Judgement, str, str], World]:
    """A copy of the world in which a steward has judged after the publication."""
    root = tmp_path / "copy"
    (root / "data").mkdir(parents=True)
    for name in ("crm_pipelines.yaml", ".env", "mappings", "data/published", "data/models"):
        (root / name).symlink_to(world.root / name)
    with (
        sqlite3.connect(ProjectPaths(world.root).ledger) as source,
        sqlite3.connect(root / "data" / "ledger.db") as copy,
    ):
        source.backup(copy)

    def judge(judgement: Judgement, left: str, right: str) -> World:
        with open_ledger(ProjectPaths(root).ledger_url) as ledger:
            ledger.record_decision(
                NewDecision(
                    judgement=judgement,
                    record_ids_left=(left,),
                    record_ids_right=(right,),
                    steward="hana",
                    decided_at=datetime(2026, 5, 1, tzinfo=UTC),
                )
            )
        return World(root)

    return judge


def test_a_decision_that_is_not_applied_yet_is_told(
    decided: Callable[[Judgement, str, str], World], ask: CallWorld, rows: Rows
) -> None:
    left, right = joined_pair(rows)
    _, document = ask(decided(Judgement.NO_MATCH, left, right), "explain", right, left)
    assert document["is_one_customer"] is True
    assert [(row["judgement"], row["effect"]) for row in document["decisions"]] == [("NO_MATCH", "decides")]


def test_unsure_and_suspended_decisions_are_told(
    decided: Callable[[Judgement, str, str], World], ask: CallWorld, rows: Rows
) -> None:
    left, right = joined_pair(rows)
    for judgement in (Judgement.UNSURE, Judgement.NO_MATCH, Judgement.MATCH):
        copy = decided(judgement, left, right)
    _, document = ask(copy, "explain", left, right)
    assert [(row["judgement"], row["effect"]) for row in document["decisions"]] == [
        ("NO_MATCH", "decides"),
        ("MATCH", "suspended"),
        ("UNSURE", "unsure"),
    ]


def test_the_nearest_path_is_told_where_two_were_never_compared(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = rows(
        """select a.record_id_l, b.record_id_r from scored_pairs a join scored_pairs b on b.record_id_l = a.record_id_r
           left join scored_pairs p on p.record_id_l = a.record_id_l and p.record_id_r = b.record_id_r
           where not a.is_contradiction and not b.is_contradiction and p.record_id_l is null order by all limit 1"""
    )[0]
    _, document = ask(world, "explain", left, right)
    assert (document["path"][0]["record_a"], document["path"][-1]["record_b"]) == (left, right)
    assert {row["record_a"] for row in document["neighbours"]} == {left, right}
    weights = [row["match_weight"] for row in document["neighbours"] if row["record_a"] == left]
    assert weights == sorted(weights, reverse=True)
    codes = [said["code"] for said in document["nearest"]]
    assert {"explain.path_third", "explain.path_longer"} & set(codes)
    assert document["weighing"][0]["code"] == "explain.would_be"
    assert document["blocking_rules"][0]["parts"]


def test_steps_add_up_and_name_what_needs_a_person(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right = apart_pair(rows, "is_contradiction and customer_type = 'person'")
    _, document = ask(world, "explain", left, right)
    total = 0.0
    for row in document["evidence"]:
        total += row["level_weight"] + (row["frequency_adjustment"] or 0)
        assert row["running_total"] == pytest.approx(total, abs=1e-9)
    assert total == pytest.approx(document["stored_match_weight"], abs=1e-9)
    held = [row["comparison"] for row in document["evidence"] if row["needs_a_person"]]
    assert document["score"]["needs_a_person"] == held
    assert any(row["contradicts"] for row in document["evidence"])


def test_one_customer_says_in_which_step_the_two_came_together(world: World, ask: CallWorld, rows: Rows) -> None:
    _, document = ask(world, "explain", *joined_pair(rows))
    assert [said["code"] for said in document["why"]] == ["explain.joined_at"]
    facts = document["why"][0]["facts"]
    assert 1 <= facts["step"] <= facts["n_steps"]


def test_a_cluster_is_told_step_by_step(world: World, ask: CallWorld, rows: Rows) -> None:
    golden_id, n_records = rows(
        """select golden_id, count(*) from crosswalk where valid_to is null group by 1
           order by count(*) desc, golden_id limit 1"""
    )[0]
    code, document = ask(world, "explain", "--cluster", golden_id)
    assert code == 0
    assert len(document["growth"]) == n_records - 1
    assert document["growth"][-1]["n_records"] == n_records
    assert len(document["members"]) == n_records
    weights = [row["match_weight"] for row in document["growth"]]
    assert weights == sorted(weights, reverse=True)
    assert document["history"][0]["event"] == "minted"


def test_a_cluster_of_one_record_says_so(world: World, ask: CallWorld, rows: Rows) -> None:
    golden_id, record = rows(
        """select golden_id, any_value(record_id) from crosswalk where valid_to is null group by 1
           having count(*) = 1 order by golden_id limit 1"""
    )[0]
    for asked in (golden_id, record):
        _, document = ask(world, "explain", "--cluster", asked)
        assert [said["code"] for said in document["why"]] == ["explain.cluster_alone"]
        assert "growth" not in document


@pytest.mark.parametrize("arguments", [(), ("erp:00000001",), ("a", "b", "--cluster", "c"), ("a", "--cluster", "c")])
def test_neither_two_ids_nor_one_cluster_is_refused(world: World, ask: CallWorld, arguments: tuple[str, ...]) -> None:
    code, document = ask(world, "explain", *arguments)
    assert (code, document["error"]["code"]) == (2, "explain.two_or_cluster")


def test_a_cluster_nobody_knows_is_refused_by_its_option(world: World, ask: CallWorld) -> None:
    code, document = ask(world, "explain", "--cluster", "erp:nobody")
    assert (code, document["error"]["faults"][0]["facts"]["argument"]) == (2, "--cluster")


def test_a_person_who_parted_two_is_the_reason_told(
    decided: Callable[[Judgement, str, str], World], ask: CallWorld, rows: Rows
) -> None:
    left, right = joined_pair(rows)
    copy = decided(Judgement.NO_MATCH, left, right)
    _, document = ask(copy, "explain", "--cluster", dict(rows(_GOLDEN))[left])
    assert document["why"][0]["code"] == "explain.cluster_differs"
    assert "verdict" in [row["refusal"] for row in document["refused_unions"]]


def test_two_of_one_household_are_told_so_with_evidence(world: World, ask: CallWorld, rows: Rows) -> None:
    left, right, codes = rows(
        """select golden_id_from, golden_id_to, evidence from relationships
           where kind = 'household' and golden_id_from < golden_id_to order by all limit 1"""
    )[0]
    for arguments in ((left, right), ("--cluster", right)):
        _, document = ask(world, "explain", *arguments)
        told = [row for row in document["relationships"] if {row["customer_from"], row["customer_to"]} == {left, right}]
        assert {row["relationship"]["code"] for row in told} == {"relationship.kind.household"}
        assert [row["told_by"]["code"] for row in told] == [f"relationship.evidence.{code}" for code in codes]
        assert "family_name:" in told[0]["in_common"]


def test_a_publication_of_an_older_program_asks_for_a_run(
    world: World, ask: CallWorld, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(files: object) -> None:
        raise ContractError("model.untrained_level", comparison="name", level="new")

    monkeypatch.setattr(ModelVersion, "from_files", lacking)
    code, document = ask(world, "explain", *joined_pair(rows))
    assert (code, document["error"]["code"]) == (2, "explain.older_model")
    assert document["error"]["faults"][0]["facts"]["level"] == "new"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_is_private_whole_and_in_words(world: World, rows: Rows, tmp_path: Path, language: str) -> None:
    left, right = joined_pair(rows)
    golden_id = dict(rows(_GOLDEN))[left]
    stranger = rows("select max(record_id) from standardised_records where customer_type = 'person'")[0][0]
    asked = [(left, right), (left, stranger), (left, left), ("--cluster", golden_id)]
    for number, arguments in enumerate(asked):
        target = tmp_path / f"{number}.html"
        options = ["--page", str(target), "--project", str(world.root), "--lang", language]
        assert run_command(["explain", *arguments, *options], {}) == 0
        page = target.read_text(encoding="utf-8")
        assert target.stat().st_mode & 0o077 == 0
        assert page.endswith("</html>\n")
        assert not re.search(r"<script|<link|<img|https?://| style=", page)
        bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
        assert not re.search(r"\b(?:cli|explain|evidence|blocking|band|question)\.[a-z]\S*", bare)


def test_a_page_that_cannot_be_written_is_refused(world: World, ask: CallWorld, rows: Rows, tmp_path: Path) -> None:
    left, right = joined_pair(rows)
    for target in (tmp_path, tmp_path / "nowhere" / "page.html"):
        code, document = ask(world, "explain", left, right, "--page", target)
        assert (code, document["error"]["code"]) == (2, "inspect.bad_target")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_everything_is_said_in_words(
    world: World, rows: Rows, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    pairs = [joined_pair(rows), apart_pair(rows, "is_contradiction"), apart_pair(rows, "band = 'REVIEW'")]
    pairs += [("erp:00000001", "erp:00000002"), (pairs[0][0], pairs[0][0]), ("--cluster", pairs[0][0])]
    for left, right in pairs:
        assert run_command(["explain", left, right, "--project", str(world.root), "--lang", language], {}) == 0
    codes = re.findall(r"\b(?:cli|explain|evidence|blocking|band|question)\.[a-z]\S*", capsys.readouterr().out)
    assert codes == []

"""Verdicts as text: nothing is lost on the way, nothing is recorded twice, and what is wrong is told line by line."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision, NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.verdict_file import faults_against, project_mark, read_verdicts, written

NOW = datetime(2026, 4, 1, 9, 0, 0, 5, tzinfo=UTC)
FIRST = NewDecision(
    judgement=Judgement.MATCH,
    record_ids_left=("erp:1", "erp:2"),
    record_ids_right=("mail:　3",),
    steward="花子",
    decided_at=NOW,
    reason="電話で\n確認",
    question_id="q1",
    decision_id="d1",
    evidence=("aa", "bb"),
    batch_id="b1",
    approved_by="太郎",
)
SECOND = replace(
    FIRST, decision_id="d2", judgement=Judgement.NO_MATCH, supersedes="d1", reason=None, evidence=None, batch_id=None,
    approved_by=None,
)  # fmt: skip
OURS = project_mark(b"ours")


@pytest.fixture
def recorded(tmp_path: Path) -> list[Decision]:
    with open_ledger(f"sqlite:///{tmp_path}/one.db") as ledger:
        return ledger.record_decisions([FIRST, SECOND])


def lines(recorded: list[Decision]) -> list[str]:
    return "".join(written(recorded, OURS)).split("\n")


def faults(text: list[str], ledger: list[Decision] | None = None, known: set[str] | None = None) -> list[object]:
    read = read_verdicts(text, "v.jsonl")
    found = read.faults or faults_against(read, ledger or [], "v.jsonl", None if known is None else known.__contains__)
    return [(fault.code.removeprefix("verdicts."), fault.facts["line"]) for fault in found]


def test_a_file_read_into_an_empty_ledger_gives_the_same_verdicts(recorded: list[Decision], tmp_path: Path) -> None:
    read = read_verdicts(lines(recorded), "v.jsonl")
    assert (read.project, read.faults, list(read.decisions)) == (OURS, (), [2, 3])
    with open_ledger(f"sqlite:///{tmp_path}/other.db") as ledger:
        assert ledger.record_decisions(list(read.decisions.values())) == recorded
        assert ledger.record_decisions(list(read.decisions.values())) == recorded
        assert ledger.head_seq() == 2


def test_decisions_that_are_there_already_are_no_fault(recorded: list[Decision]) -> None:
    assert faults(lines(recorded), recorded) == []


def test_the_same_id_with_another_content_is_told(recorded: list[Decision]) -> None:
    changed = [line.replace('"MATCH"', '"UNSURE"') for line in lines(recorded)]
    assert faults(changed, recorded) == [("differs", 2)]


def test_what_replaces_nothing_is_told(recorded: list[Decision]) -> None:
    head, first, second, _ = lines(recorded)
    assert faults([head, second]) == [("supersedes_nothing", 2)]
    twice = second.replace('"d2"', '"d3"')
    assert faults([head, first, second, twice]) == [("supersedes_nothing", 4)]


def test_records_must_be_known_where_that_is_asked(recorded: list[Decision]) -> None:
    assert faults(lines(recorded), known={"erp:1", "erp:2", "mail:　3"}) == []
    assert faults(lines(recorded), known={"erp:1", "erp:2"}) == [("unknown_record", 2), ("unknown_record", 3)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"judgement": "MAYBE"}, "judgement"),
        ({"record_ids_left": []}, "record_ids_left"),
        ({"record_ids_right": ["no colon"]}, "record_ids_right"),
        ({"record_ids_right": "erp:1"}, "record_ids_right"),
        ({"decided_at": "2026-04-01T09:00:00"}, "decided_at"),
        ({"decided_at": "yesterday"}, "decided_at"),
        ({"steward": " "}, "steward"),
        ({"steward": "x" * 201}, "steward"),
        ({"decision_id": "a\nb"}, "decision_id"),
        ({"evidence": [1]}, "evidence"),
        ({"reason": 7}, "reason"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_field_that_cannot_be_is_named_with_its_line(
    recorded: list[Decision], change: dict[str, object], field: str
) -> None:
    head, first, *_ = lines(recorded)
    read = read_verdicts([head, json.dumps({**json.loads(first), **change})], "v.jsonl")
    (fault,) = read.faults
    assert (fault.code, fault.facts["line"], fault.facts["field"]) == ("verdicts.wrong_field", 2, field)


def test_every_bad_line_is_told_at_once(recorded: list[Decision]) -> None:
    head, first, *_ = lines(recorded)
    missing = json.loads(first)
    del missing["steward"]
    found = faults([head, "{", first, json.dumps(missing), "[]", ""])
    assert found == [("not_json", 2), ("wrong_field", 4), ("wrong_field", 5)]


def test_a_file_of_another_format_is_no_file_of_verdicts() -> None:
    assert faults(['{"format":"something else","version":1}']) == [("wrong_field", 1)]
    assert read_verdicts([], "v.jsonl").project is None

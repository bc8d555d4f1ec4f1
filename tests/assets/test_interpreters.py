"""Interpretation by children: the same tables as in this process, in the same order; children end with their parent."""

import json
import os
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from assets import interpreters
from assets.interpreters import InterpreterError, Task, interpreted, n_processes_for
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning
from crm_pipelines.standardise.observations import Place

NOW = datetime(2026, 4, 1, tzinfo=UTC)
MAPPING = SourceMapping.model_validate(
    {
        "streams": {
            "main": {
                "record_type": {"from": "kind", "values": {"B": "organisation"}, "otherwise": "person"},
                "fields": {
                    "name": "name",
                    "email": ["mail", "mail2"],
                    "address": "address",
                    "language": {"value": "ja"},
                },
                "set_aside": [{"when": {"kind": "staff"}, "reason": "set_aside.staff"}],
            }
        }
    }
)
MEANING = SourceMeaning("erp", MAPPING, Place("JP", "Asia/Tokyo"), bytes(range(32)), frozenset({"digest"}))


def task(first: int, n_rows: int, **fields: object) -> Task:
    rows = [
        {
            "source_record_id": f"erp:{number}",
            "source_id": str(number),
            "stream": "main",
            "payload": json.dumps({"name": f"佐藤 {'一二三四五'[number % 5]}郎", "mail": f"a{number}@x.jp", **fields}),
            "position": f"line {number}",
            "fault_code": "file.wrong_width" if number % 7 == 0 else None,
            "fault_facts": '{"expected": 3}' if number % 7 == 0 else None,
            "first_delivered_at": NOW,
            "delivered_at": NOW,
        }
        for number in range(first, first + n_rows)
    ]
    return Task(MEANING, pl.DataFrame(rows, infer_schema_length=None))


def test_children_come_to_what_one_process_comes_to(tmp_path):
    tasks = [task(0, 20), task(20, 15, kind="staff"), task(35, 15, kind="B", name="株式会社青空"), task(50, 1)]
    alone = list(interpreted(tasks, None))
    assert [set(tables) for tables in alone][1] == {"read_outcomes", "read_set_aside", "read_quarantined"}
    for found in (list(interpreted(tasks, None, 2)), *(list(interpreted(tasks, tmp_path, 2)) for _ in range(2))):
        assert [set(tables) for tables in found] == [set(tables) for tables in alone]
        for ours, theirs in zip(found, alone, strict=True):
            assert all(table.equals(theirs[name]) for name, table in ours.items())


def test_tasks_are_taken_as_they_are_needed():
    taken = []

    def tasks():
        for first in range(0, 60, 2):
            taken.append(first)
            yield task(first, 2)

    found = interpreted(tasks(), None, 2)
    next(found)
    assert len(taken) <= 5
    found.close()


def test_a_child_that_stumbles_names_the_place_and_no_value():
    broken = Task(MEANING, task(1, 1).versions.with_columns(payload=pl.lit('{"name": "山田 花子"')))
    with pytest.raises(InterpreterError) as caught:
        list(interpreted([broken], None, 2))
    assert str(caught.value).startswith("JSONDecodeError in decoder.py:")
    assert "山田" not in str(caught.value)


def test_a_child_that_is_killed_fails_the_task(monkeypatch):
    monkeypatch.setattr(interpreters._Child, "_command", lambda _self, _values: [sys.executable, "-c", "pass"])
    with pytest.raises(InterpreterError, match="the child ended with"):
        list(interpreted([task(0, 1)], None, 2))


def test_children_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "from assets import interpreters\n"
        "children = [interpreters._Child(None) for _ in range(2)]\n"
        "print(*(child._process.pid for child in children), flush=True)\n"
        "input()\n",
        encoding="utf-8",
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    children = [int(pid) for pid in parent.stdout.readline().split()]
    watched = [os.pidfd_open(pid) for pid in children]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for descriptor in watched:
        ended, _, _ = select.select([descriptor], [], [], 60)
        assert ended
        os.close(descriptor)


def test_little_work_starts_no_process():
    assert n_processes_for(19, 20) == 1
    assert n_processes_for(20, 20) == min(len(os.sched_getaffinity(0)), 8)

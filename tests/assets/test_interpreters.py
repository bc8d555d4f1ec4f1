"""Interpretation by children: the same tables as in this process, in the same order; children end with their parent."""

import json
import os
import select
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from assets import interpreters
from assets.interpreters import InterpreterError, Interpreters, Task, n_processes_for
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning
from crm_pipelines.standardise.observations import Place

_PROJECT = Path(__file__).parents[2]
_OPENED_AFTER_THE_SAMPLE = """
import json, sys
from assets import interpreters, warm_up
from tests.assets.test_interpreters import MEANING, Task, task

def look(event, facts):
    if event == "open" and "/crm_pipelines/" in str(facts[0]) and not str(facts[0]).endswith(".pyc"):
        opened.append(str(facts[0]).rsplit("/", 1)[-1])

interpreters._done(Task(*warm_up.sample()), None)
opened = []
sys.addaudithook(look)
for rows in (
    task(0, 9, address="東京都港区芝公園4-2-8"),
    task(9, 9, kind="B", name="有限会社みどり", address="福岡県福岡市博多区博多駅前1-1"),
    task(18, 9, name="John Smith", address="1 High Street, Leeds LS1 1AA, UK"),
    task(27, 9, name="이 영희", address="부산광역시 해운대구 우동 1"),
    task(36, 9, name="スズキ ハナコ", mail="x@gmial.com"),
):
    interpreters._done(rows, None)
print(json.dumps(opened))
"""
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


def interpreted(tasks, values, n_processes=0):
    with Interpreters(values) as interpreters:
        interpreters.start(n_processes)
        yield from interpreters.interpreted(tasks)


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
    assert n_processes_for(3_999) == 1
    assert n_processes_for(4_000) == min(len(os.sched_getaffinity(0)), 8)


def test_a_process_gets_ready_where_the_base_is_large(monkeypatch):
    started = []
    monkeypatch.setattr(
        interpreters, "_Child", lambda values: started.append(values) or SimpleNamespace(kill=list, stop=list)
    )
    monkeypatch.setattr(interpreters, "n_processes_for", lambda n_rows: 1 if n_rows < 4_000 else 3)
    with Interpreters(None) as ours:
        ours.prepare(199_999)
        assert len(started) == 0
        for _ in range(2):
            ours.prepare(200_000)
            assert len(started) == 1
        for n_rows, n_started in ((3_000, 1), (999, 1), (1, 3), (9_000, 3)):
            ours.expect(n_rows)
            assert len(started) == n_started


def test_made_up_rows_read_every_packaged_table_before_the_real_ones_come():
    found = subprocess.run(
        [sys.executable, "-c", _OPENED_AFTER_THE_SAMPLE], capture_output=True, text=True, check=True, cwd=_PROJECT
    )
    assert json.loads(found.stdout.splitlines()[-1]) == []


def test_what_was_foreseen_counts_where_the_rows_are_the_same():
    asked = [task(0, 20), task(20, 15, kind="staff"), task(35, 15, kind="B", name="株式会社青空")]
    alone = list(interpreted(asked, None))
    with Interpreters(None) as ours:
        ours.foresee(task(0, 5))
        assert ours._foreseen == []
        ours.start(2)
        ours.foresee(task(0, 12))  # as asked
        ours.foresee(task(12, 10))  # two rows that are others when their turn comes
        ours.foresee(task(35, 15, kind="B", name="株式会社赤空"))  # all of them others
        ours.foresee(task(90, 3))  # nobody asks for these
        other = SourceMeaning("erp", MAPPING, Place("US", "Asia/Tokyo"), MEANING.project_key, MEANING.suppressed)
        ours.foresee(Task(other, task(20, 15, kind="staff").versions))
        begun = []
        ours._begun, begin = lambda one: begun.append(one) or begin(one), ours._begun
        found = list(ours.interpreted(asked))
    assert [one.versions.height for one in begun] == [15, 15]
    for name in {name for tables in alone for name in tables}:
        ours, theirs = (
            pl.concat([tables[name] for tables in each if name in tables]).sort(pl.all()) for each in (found, alone)
        )
        assert ours.equals(theirs)


def test_what_was_foreseen_in_vain_is_not_waited_for(tmp_path):
    with Interpreters(tmp_path) as ours:
        ours.start(1)
        for first in range(0, 60, 10):
            ours.foresee(task(first, 10))
    assert ours.n_processes == 0

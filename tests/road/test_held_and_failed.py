"""What goes wrong at the sources: a gate keeps yesterday's publication, and a failing source stops no other."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.road.projects import (
    accounts,
    contents,
    current_version,
    differences,
    forget,
    last_run,
    new_folder,
    operations,
    publication,
    published,
    with_checks,
)
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_MEMBERS = """\
language: en
sources:
  members: {connector: files, path: data/inbox/members.csv, key: member_no, complete: true}
"""
_LOST = "山田 花子".encode().decode("cp932", errors="replace")  # UTF-8 read as Shift_JIS


def test_a_poisoned_batch_is_held_until_it_is_mended(runner: Runner, second_day: Path, copy_of: Copy) -> None:
    project = copy_of(second_day)
    with_checks(project)
    inbox = project / "data" / "inbox"
    mended = [_submission(number) for number in range(40)]
    poisoned = [row | {"name": _LOST} if number % 3 == 0 else row for number, row in enumerate(mended)]
    delivered = inbox / "web_form" / "2026-04-04.jsonl"
    _deliver(delivered, poisoned)
    live = (current_version(project), contents(project / "data" / "published")[f"{current_version(project)}.duckdb"])

    for _ in range(2):  # the second run delivers nothing, and the gate stays closed
        ended = runner.run(project, "--lang", "en", "run")
        assert ended.code == 1, ended.stdout + ended.stderr
        assert "gate" in ended.stdout
        assert "web_form" in ended.stdout
        assert "…" not in ended.stdout  # a sentence that lacks one of its facts
        assert live == (
            current_version(project), contents(project / "data" / "published")[f"{current_version(project)}.duckdb"],
        )  # fmt: skip
        _, _, outcome, reason, facts = last_run(project)
        assert (outcome, reason) == ("gate_held", "run.gate_held")
        assert "quarantine_share" in json.loads(facts)["checks"]
    held = {row[0] for row in operations(project, "select source_id from quarantine where source_id like 'late-%'")}
    assert held == {row["submission_id"] for row in poisoned if row["name"] == _LOST}

    _deliver(delivered, mended)
    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == 0, ended.stdout + ended.stderr
    assert current_version(project) != live[0]
    asked = [row["submission_id"] for row in mended]
    loaded = published(
        project,
        """select source_id, count(*) from source_records
           where source_system = 'web_form' and outcome = 'live' and source_id in (select unnest(?)) group by 1""",
        [asked],
    )
    assert dict(loaded) == dict.fromkeys(asked, 1)
    events = published(
        project,
        "select source_id, count(*) from interactions where source_id in (select unnest(?)) group by 1",
        [asked],
    )
    assert dict(events) == dict.fromkeys(asked, 1)


def _deliver(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _submission(number: int) -> dict[str, str]:
    return {
        "submission_id": f"late-{number}", "submitted_at": "2026-04-04T10:00:00+09:00", "name": "山田 花子",
        "kana": "ヤマダ ハナコ", "email": f"hanako{number}@mended.example.jp", "phone": f"090-1234-{number:04d}",
        "message": "資料をください",
    }  # fmt: skip


def test_failing_sources_leave_the_others_running(runner: Runner, second_day_delivered: Path, copy_of: Copy) -> None:
    project = copy_of(second_day_delivered)
    inbox = project / "data" / "inbox"
    database = (inbox / "erp.db").read_bytes()
    (inbox / "erp.db").unlink()
    export = inbox / "tickets_export.json"
    tickets = export.read_bytes()
    export.write_bytes(tickets[: len(tickets) // 2])
    before = current_version(project)

    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == 1, ended.stdout + ended.stderr
    assert current_version(project) != before
    _, _, outcome, reason, facts = last_run(project)
    assert (outcome, reason) == ("source_failed", "run.sources_failed")
    assert json.loads(facts)["sources"] == "erp, support"
    errors = {
        source: (code, json.loads(error_facts or "{}"), last_success_at)
        for source, code, error_facts, last_success_at in operations(
            project, "select source_system, error_code, error_facts, last_success_at from source_status"
        )
    }
    assert {source for source, (code, _, _) in errors.items() if code is not None} == {"erp", "support"}
    assert all(last_success_at is not None for _, _, last_success_at in errors.values())
    assert "tickets_export.json" in errors["support"][1].values()
    # nothing of the failed sources is taken for deleted
    assert all(account["deleted"] == 0 for account in accounts(project).values())

    for name in ("inbox.mbox", "web_form"):
        (inbox / name).rename(inbox / f"{name}.away")
    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == 3, ended.stdout + ended.stderr

    for name in ("inbox.mbox", "web_form"):
        (inbox / f"{name}.away").rename(inbox / name)
    (inbox / "erp.db").write_bytes(database)
    export.write_bytes(tickets)
    runner.walk(project)
    assert operations(project, "select source_system from source_status where error_code is not null") == []


def test_a_held_read_is_told_until_it_is_accepted(runner: Runner, tmp_path: Path) -> None:
    project = new_folder(tmp_path / "project", _MEMBERS)
    (project / "mappings" / "members.yaml").write_text("record_type: person\nfields: {name: name, email: email}\n")
    members = project / "data" / "inbox" / "members.csv"
    members.parent.mkdir(parents=True)
    rows = [f"{number},佐藤 花子{number},m{number}@members.example.jp" for number in range(20)]
    members.write_text("\n".join(["member_no,name,email", *rows]) + "\n", encoding="utf-8")
    runner.walk(project)
    members.write_text("\n".join(["member_no,name,email", *rows[:10]]) + "\n", encoding="utf-8")
    for _ in range(2):  # the file has not changed between the two, and still is only half
        assert runner.run(project).code == 1
        assert operations(project, "select error_code from source_status") == [("source.shrunk",)]
        assert len(published(project, "select record_id from crosswalk where valid_to is null")) == 20
    ended = runner.run(project, "--lang", "en", "run", "--accept-shrink", "members")
    assert ended.code == 0, ended.stdout
    assert len(published(project, "select record_id from crosswalk where valid_to is null")) == 10
    before = publication(project)
    forget(project, "warehouse.duckdb")
    runner.walk(project)  # what was held long ago makes no rebuild red
    assert differences(before, publication(project)) == []

import json
import mailbox
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from crm_pipelines.demo.second_day import SecondDaySummary, write_second_day
from crm_pipelines.demo.write import write_world

N_RECORDS = 900


class Day(NamedTuple):
    erp: dict[str, tuple[object, ...]]
    users: dict[str, dict[str, object]]
    mbox: bytes
    forms: dict[str, bytes]
    truth: pl.DataFrame


def read(folder: Path) -> Day:
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        erp = {f"erp:{row[0]}": row for row in connection.execute("select * from customers")}
    users = {
        f"support:{user['id']}": user
        for user in json.loads((folder / "tickets_export.json").read_text("utf-8"))["users"]
    }
    forms = {path.name: path.read_bytes() for path in (folder / "web_form").iterdir()}
    return Day(
        erp, users, (folder / "inbox.mbox").read_bytes(), forms, pl.read_csv(folder / "truth.csv", infer_schema=False)
    )


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Day, Day, SecondDaySummary, Path]:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, n_records=N_RECORDS, seed=21)
    first = read(folder)
    summary = write_second_day(folder, poisoned=True)
    return first, read(folder), summary, folder


Days = tuple[Day, Day, SecondDaySummary, Path]


def test_the_mailbox_is_appended_to(days: Days) -> None:
    first, second, summary, folder = days
    assert second.mbox.startswith(first.mbox)
    n_first = first.mbox.count(b"\nMessage-ID: ")
    with closing(mailbox.mbox(folder / "inbox.mbox", create=False)) as mails:
        assert len(mails) == n_first + summary.n_mails_appended


def test_one_form_file_is_new_and_the_others_stay(days: Days) -> None:
    first, second, summary, _ = days
    assert set(second.forms) - set(first.forms) == {summary.form_file.name} == {"2026-04-02.jsonl"}
    assert all(second.forms[name] == content for name, content in first.forms.items())
    assert second.forms[summary.form_file.name].count(b"\n") == summary.n_submissions


def test_exactly_the_named_erp_rows_changed_came_and_went(days: Days) -> None:
    first, second, summary, _ = days
    assert set(first.erp) - set(second.erp) == set(summary.deleted)
    assert set(second.erp) - set(first.erp) == {record_id for record_id in summary.new if record_id.startswith("erp:")}
    changed = {
        record_id for record_id in set(first.erp) & set(second.erp) if first.erp[record_id] != second.erp[record_id]
    }
    assert changed == {record_id for record_id in summary.changed if record_id.startswith("erp:")}
    assert changed


def test_less_than_five_in_a_hundred_are_deleted(days: Days) -> None:
    first, _, summary, _ = days
    assert 0 < len(summary.deleted) < 0.05 * len(first.erp)


def test_changed_rows_are_stamped_with_the_second_day(days: Days) -> None:
    _, second, summary, folder = days
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        stamps = dict(connection.execute("select 'erp:' || customer_no, updated_at from customers"))
    touched = [record_id for record_id in (*summary.changed, *summary.new) if record_id in second.erp]
    assert all(stamps[record_id].startswith("2026-04-02") for record_id in touched)


def test_the_export_has_new_and_changed_users(days: Days) -> None:
    first, second, summary, _ = days
    assert set(first.users) < set(second.users)
    changed = {key for key in first.users if first.users[key] != second.users[key]}
    assert changed == {record_id for record_id in summary.changed if record_id.startswith("support:")}


def test_the_truth_follows(days: Days) -> None:
    first, second, summary, _ = days
    before = set(first.truth["record_id"])
    after = set(second.truth["record_id"])
    assert set(summary.new) <= after - before
    assert {record_id.partition("#")[0] for record_id in before - after} == set(summary.deleted)
    assert len(after) == second.truth.height == summary.n_observations


def test_known_customers_write_again_and_keep_their_entity(days: Days) -> None:
    first, second, summary, _ = days
    known = set(first.truth["entity_id"])
    new = second.truth.filter(pl.col("record_id").is_in(list(summary.new)))
    assert new.filter(pl.col("entity_id").is_in(list(known))).height > 0
    assert new.filter(~pl.col("entity_id").is_in(list(known))).height > 0


def test_old_truth_stays_but_for_what_was_edited(days: Days) -> None:
    first, second, summary, _ = days
    kept = first.truth.join(second.truth, on="record_id")
    assert (kept["entity_id"] == kept["entity_id_right"]).all()
    other = kept.filter(pl.col("phenomena") != pl.col("phenomena_right"))["record_id"].to_list()
    assert {record_id.partition("#")[0] for record_id in other} <= set(summary.changed)


def test_it_is_written_once(days: Days) -> None:
    with pytest.raises(ValueError, match="already"):
        write_second_day(days[3])


def test_it_needs_a_first_day(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_second_day(tmp_path)


def test_the_same_world_has_the_same_second_day(days: Days, tmp_path: Path) -> None:
    write_world(tmp_path, n_records=N_RECORDS, seed=21)
    summary = write_second_day(tmp_path)
    again = read(tmp_path)
    assert (summary.new, summary.changed, summary.deleted) == (days[2].new, days[2].changed, days[2].deleted)
    assert (again.mbox, again.forms, again.erp) == (days[1].mbox, days[1].forms, days[1].erp)


def test_the_poisoned_batch_lies_apart(days: Days) -> None:
    batch, folder = days[2].poisoned, days[3]
    assert batch is not None
    assert folder / "web_form" not in batch.path.parents

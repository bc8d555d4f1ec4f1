"""The warehouse is the pipeline's own memory: without it the next run says the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crm_pipelines.model.ids import suppression_digest
from crm_pipelines.stores.ledger.facts import NewSuppression
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import (
    HISTORY,
    accounts,
    contents,
    current_version,
    differences,
    forget,
    last_run,
    operations,
    publication,
    published,
)
from tests.road.runner import Runner
from tests.worlds import PROJECT_KEY

Copy = Callable[[Path], Path]
_HOMELESS = """
    select record_id from crosswalk
    where valid_to is null and record_id not in (select record_id from standardised_records)"""
_LIVE = "select record_id, golden_id from crosswalk where valid_to is null"


def test_without_its_warehouse_a_project_says_the_same(runner: Runner, second_day: Path, copy_of: Copy) -> None:
    project = copy_of(second_day)
    before = publication(project)
    known = operations(project, "select run_id from runs where source_system is null")
    forget(project, "warehouse.duckdb", "inbox")  # a source that were read now would fail
    runner.walk(project)
    assert differences(before, publication(project)) == []
    landing = {name for name in contents(project / "data" / "landing")}
    assert landing == {name for name in contents(second_day / "data" / "landing")}
    assert contents(project / "data" / "identity") == contents(second_day / "data" / "identity")
    run_id, is_rebuild, *_ = last_run(project)
    assert is_rebuild
    assert all(account["is_rebuild"] for account in accounts(project).values())
    assert set(accounts(project)) == {"erp", "mail", "support", "web_form"}
    assert set(operations(project, "select run_id from runs where source_system is null")) == {*known, (run_id,)}


def test_other_thresholds_say_what_a_new_build_says(runner: Runner, second_day: Path, copy_of: Copy) -> None:
    project = copy_of(second_day)
    bands = "select band, count(*) from scored_pairs group by all order by all"
    before = published(project, bands)
    rules = "thresholds:\n  person: {auto_match: 8.0, review: 1.0}\n  organisation: {auto_match: 7.0, review: 1.0}\n"
    (project / "rules" / "matching.yaml").write_text(rules, encoding="utf-8")
    runner.walk(project)
    found = publication(project)
    assert published(project, bands) != before
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert differences(found, publication(project)) == []


def test_who_is_forgotten_while_the_warehouse_is_lost_is_no_customer_any_more(
    runner: Runner, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day)
    ((email, golden_id),) = published(
        project,
        """select email_keys[1], golden_id from standardised_records
           inner join crosswalk on crosswalk.record_id = standardised_records.record_id and valid_to is null
           inner join customers using (golden_id)
           where standardised_records.customer_type = 'person' and len(email_keys) = 1 and record_count = 1
           order by 1 limit 1""",
    )
    at = datetime(2026, 4, 3, tzinfo=UTC)
    digest = suppression_digest(bytes.fromhex(PROJECT_KEY), "email", email)
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_suppression(NewSuppression(digest=digest, kind="email", recorded_by="s", recorded_at=at))
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert published(project, _HOMELESS) == []
    assert published(project, "select * from standardised_records where list_contains(email_keys, ?)", [email]) == []
    assert published(project, "select * from customers where golden_id = ?", [golden_id]) == []
    last = published(
        project, "select event, reason from identity_log where golden_id = ? order by position", [golden_id]
    )
    assert last[-1] == ("retired", "no_record_left")


def test_two_days_one_after_the_other_are_what_both_at_once_are(
    runner: Runner, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day)
    forget(project, "warehouse.duckdb", "publication.duckdb", "published")
    runner.walk(project)
    both = publication(project, without=HISTORY)
    assert differences(publication(second_day, without=HISTORY), both) == []
    assert {kind for (kind,) in published(project, "select kind from changes")} == {"created"}


def test_the_partition_depends_on_the_records_alone(runner: Runner, second_day: Path, copy_of: Copy) -> None:
    project = copy_of(second_day)
    forget(project, "warehouse.duckdb", "publication.duckdb", "published", "identity")
    runner.walk(project)
    assert _partition(project) == _partition(second_day)


def test_a_run_with_nothing_new_changes_and_logs_nothing(runner: Runner, second_day: Path, copy_of: Copy) -> None:
    project = copy_of(second_day)
    runner.walk(project)
    assert current_version(project) == current_version(second_day)
    for store in ("identity", "models"):
        assert contents(project / "data" / store) == contents(second_day / "data" / store)
    files = {name for name in contents(project / "data" / "published") if name.startswith("p")}
    assert files == {name for name in contents(second_day / "data" / "published") if name.startswith("p")}
    for account in accounts(project).values():
        assert account["received"] == account["unchanged"] + account["activity"] + account["set_aside"]
        assert account["live_before"] == account["live_after"]


def _partition(project: Path) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for record, golden_id in published(project, _LIVE):
        found.setdefault(golden_id, set()).add(record)
    return {frozenset(records) for records in found.values()}

"""What comes out of the road: the tables that outsiders rely on, and what always holds in them."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.stores.accounts import GAINS, LOSSES, RECEIVED_TERMS
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.road.projects import operations, published
from tests.soak.table_checks import VALUE_HISTORY

# The contract, written down once more so that a change of the code alone cannot break it unseen.
_CANONICAL = """
    name family_name given_name name_kana family_name_kana given_name_kana former_name gender birth_date
    organisation_name organisation_name_kana corporate_number department job_title email phone fax website postal_code
    address building country external_ids language tags
"""
PUBLICATION = {
    "customers": f"golden_id customer_type display_name {_CANONICAL} record_count source_systems first_seen_at "
    "last_seen_at updated_at",
    "crosswalk": "record_id source_system source_id observation golden_id valid_from valid_to",
    "redirects": "golden_id redirects_to reason valid_from valid_to",
    "identity_log": "event_id golden_id event reason record_ids happened_at cause",
    "changes": "seq golden_id kind",
    "value_changes": "seq golden_id attribute value_before value cause rule record_id_before record_id "
    "pin_id changed_at",
    "attribute_values": "golden_id attribute value record_id survives rule pinned_by pin_id pinned_until "
    "source_changed_at",
    "contact_points": "golden_id kind value is_primary last_seen_at",
    "relationships": "golden_id_from kind golden_id_to since evidence keys record_ids_from record_ids_to",
    "interactions": "golden_id channel happened_at direction subject source_system source_id amount status",
    "consents": "golden_id purpose channel granted since proof",
    "profiles": "golden_id",
    "source_records": "source_record_id source_system payload",
    "standardised_records": "record_id source_record_id source_system customer_type name name_status name_key "
    "email email_status phone phone_status address address_status birth_date birth_date_status reading_keys",
    "scored_pairs": "record_id_l record_id_r match_weight match_probability band model_version",
    "blocking_keys": "record_id key",
    "contact_names": "record_id contact name_hash",
    "homes": "record_id golden_id",
    "closed_questions": "question_id kind record_ids_left record_ids_right reason asked_at closed_because decision_id "
    "closed_at",
    "review_queue": "question_id kind record_ids_left record_ids_right reason match_weight value priority asked_at",
}
OPERATIONS = {
    "runs": f"source_system received {' '.join(RECEIVED_TERMS)} {' '.join(GAINS)} {' '.join(LOSSES)} live_after "
    "started_at ended_at outcome reason_code reason_facts",
    "source_status": "source_system last_success_at lag_seconds error_code error_facts next_run_at",
    "quality_results": "check table_name dimension severity passed n_checked n_failed gate",
    "source_metrics": "source_system day metric column_name n_seen n_of bins expected low high seen is_unusual",
    "run_sums": "source_system field disposition n_rows total",
    "quarantine": "source_record_id reason_code facts raw",
    "set_aside_records": "source_record_id reason_code facts raw",
}
_LIVE = "(select * from crosswalk where valid_to is null)"
_NEVER = {
    "a live record without exactly one live golden customer (I1)": f"""
        select record_id from standardised_records left join {_LIVE} as live using (record_id)
        group by record_id having count(live.golden_id) <> 1""",
    "a live crosswalk row of no live record (I1)": f"""
        select record_id from {_LIVE} where record_id not in (select record_id from standardised_records)""",
    "a golden customer without members (I2)": f"""
        select golden_id from customers where golden_id not in (select golden_id from {_LIVE})""",
    "members without a golden customer (I2)": f"""
        select golden_id from {_LIVE} where golden_id not in (select golden_id from customers)""",
    "a wrong number of members (I2)": f"""
        select golden_id, record_count, count(distinct standardised_records.source_record_id) as counted
        from customers inner join {_LIVE} as live using (golden_id) inner join standardised_records using (record_id)
        group by all having record_count <> counted""",
    "a retired id that is live again (I9)": """
        select golden_id from redirects where valid_to is null and golden_id in (select golden_id from customers)""",
    "a redirect to a dead id (I9)": """
        select redirects_to from redirects
        where valid_to is null and redirects_to not in (select golden_id from customers)""",
    "a value that its record does not have (I13)": """
        select record_id from attribute_values
        where pinned_by is null and record_id not in (select record_id from standardised_records)""",
    "a value of another customer's record (I13)": f"""
        select live.golden_id from attribute_values inner join {_LIVE} as live using (record_id)
        where attribute_values.golden_id <> live.golden_id""",
    "an attribute with other than one survivor (I13)": """
        select golden_id, attribute from attribute_values group by all having count(*) filter (where survives) > 1""",
    "a name of another record than its reading (I17)": """
        select name.golden_id
        from (select * from attribute_values where survives and attribute = 'family_name') as name
        inner join (select * from attribute_values where survives and attribute = 'given_name') as given
            using (golden_id)
        where name.record_id <> given.record_id and name.pinned_by is null and given.pinned_by is null""",
    "an address whose parts are of two records (I17)": """
        select address.golden_id
        from (select * from attribute_values where survives and attribute = 'address') as address
        inner join (select * from attribute_values where survives and attribute = 'postal_code') as code
            using (golden_id)
        where address.record_id <> code.record_id""",
    "a pair in the wrong order": "select record_id_l from scored_pairs where record_id_l >= record_id_r",
    **VALUE_HISTORY,
    "a change seen twice": "select seq from changes group by seq having count(*) > 1",
}  # fmt: skip


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    with closing(con):
        found = con.execute("select table_name, column_name from information_schema.columns").fetchall()
    tables: dict[str, set[str]] = {}
    for table, column in found:
        tables.setdefault(table, set()).add(column)
    return tables


@pytest.mark.parametrize("table", PUBLICATION)
def test_a_publication_has_the_table_with_its_columns(second_day: Path, table: str) -> None:
    found = _columns(Publications(ProjectPaths(second_day)).connect_current())
    assert {*PUBLICATION[table].split(), "run_id"} <= found[table]


@pytest.mark.parametrize("table", OPERATIONS)
def test_an_operations_file_has_the_table_with_its_columns(second_day: Path, table: str) -> None:
    found = _columns(OperationsFiles(ProjectPaths(second_day)).connect())
    assert {*OPERATIONS[table].split(), "run_id"} <= found[table]


@pytest.mark.parametrize("table", [name for name in PUBLICATION if name not in {"redirects", "closed_questions"}])
def test_no_table_is_empty_and_every_row_names_its_run(second_day: Path, table: str) -> None:
    n_rows, n_named = published(second_day, f"select count(*), count(run_id) from {table}")[0]
    assert 0 < n_rows == n_named


@pytest.mark.parametrize("what", _NEVER)
def test_this_never_is(second_day: Path, what: str) -> None:
    assert published(second_day, _NEVER[what])[:3] == []


def test_a_surviving_value_is_what_the_customer_has(second_day: Path) -> None:
    for attribute in ("email", "phone", "organisation_name", "birth_date"):
        wrong = published(
            second_day,
            f"""select golden_id from customers inner join attribute_values using (golden_id)
                where attribute = ? and survives and value is distinct from customers.{attribute}""",
            [attribute],
        )
        assert wrong == []


def test_unchanged_membership_keeps_its_id(first_day: Path, second_day: Path) -> None:  # I8
    query = f"select golden_id, list_sort(list(record_id)) from {_LIVE} group by golden_id"
    before, after = (
        {tuple(records): golden_id for golden_id, records in published(day, query)} for day in (first_day, second_day)
    )
    same = before.keys() & after.keys()
    assert len(same) > len(before) * 0.8
    assert {before[records] for records in same if before[records] != after[records]} == set()
    gone = set(before.values()) - set(after.values())
    told = {row[0] for row in published(second_day, "select golden_id from identity_log where event <> 'minted'")}
    assert gone <= told


def test_every_run_accounts_for_every_row(second_day: Path) -> None:  # I18
    received, gains, losses = " + ".join(RECEIVED_TERMS), " + ".join(GAINS), " + ".join(LOSSES)
    query = f"""select received = {received}, live_after = {gains} - ({losses}) from runs"""
    found = operations(second_day, f"{query} where source_system is not null")
    assert len(found) == 8  # four sources on two days
    assert set(found) == {(True, True)}
    live = operations(
        second_day,
        """select source_system, live_after from runs where source_system is not null
           qualify row_number() over (partition by source_system order by started_at desc) = 1 order by 1""",
    )
    counted = published(
        second_day,
        "select source_system, count(distinct source_record_id) from standardised_records group by 1 order by 1",
    )
    assert live == counted

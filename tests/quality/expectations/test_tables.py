"""Every query shipped for a table finds the row that breaks its rule, and nothing in a sound publication."""

from collections.abc import Iterator

import duckdb
import pytest

from crm_pipelines.rules.quality import CheckKind
from crm_pipelines.rules.rule_set import shipped_rules
from quality.expectations.tables import TABLES, checked_table
from quality.row_checks import run_rules_sql
from tests.quality.small_publication import check, small_publication

_BREAKS = {
    ("standardised_records", "key_of_no_evidence"): "update standardised_records set name_status = 'placeholder'",
    ("standardised_records", "id_of_another_system"): "update standardised_records set source_system = 'web'",
    ("customers", "record_count_differs"): "update customers set record_count = 7",
    ("customers", "seen_backwards"): "update customers set last_seen_at = timestamptz '1999-01-01 00:00:00+00'",
    ("crosswalk", "open_period_of_no_customer"): "delete from customers where golden_id like 'A%'",
    ("crosswalk", "period_backwards"): "update crosswalk set valid_to = timestamptz '1999-01-01 00:00:00+00'",
    ("redirects", "retired_id_is_live"): "update redirects set golden_id = 'A111-1111-1111'",
    ("redirects", "leads_to_itself"): "update redirects set redirects_to = golden_id",
    ("attribute_values", "not_one_survivor"): "update attribute_values set survives = true",
    ("attribute_values", "value_of_another_customer"): "update attribute_values set record_id = 'erp:77'",
    ("contact_points", "several_primaries"): "update contact_points set is_primary = true",
    ("relationships", "to_itself"): "update relationships set golden_id_to = golden_id_from",
    ("scored_pairs", "not_in_order"): "update scored_pairs set record_id_r = 'a'",
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        small_publication(connection)
        yield connection


@pytest.mark.parametrize(("table", "query"), _BREAKS, ids=str)
def test_query_finds_the_broken_row_and_names_it(table: str, query: str, con: duckdb.DuckDBPyConnection) -> None:
    rule = check("no_rows", table=table, query=query)
    [sound] = run_rules_sql(con, [rule])
    con.execute(_BREAKS[table, query])
    [broken] = run_rules_sql(con, [rule])
    assert (sound.passed, broken.passed) == (True, False)
    assert broken.n_failed > 0
    assert broken.facts["ids"]


def test_every_shipped_query_is_asked_by_a_shipped_check_and_tested() -> None:
    queries = {(table.name, query) for table in TABLES.values() for query in table.queries}
    asked = {(rule.table, rule.query) for rule in shipped_rules().quality.enabled if rule.kind is CheckKind.NO_ROWS}
    assert queries == asked == set(_BREAKS)


def test_unknown_table_is_checked_as_a_whole_and_reports_no_ids() -> None:
    table = checked_table("loyalty_cards")
    assert (table.name, table.key, dict(table.scope)) == ("loyalty_cards", (), {})

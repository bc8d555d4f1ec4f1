"""What stands in a golden record, as its page tells it."""

import duckdb

from crm_pipelines.stores.customer_file import golden_values

_COLUMNS = """golden_id varchar, attribute varchar, value varchar, record_id varchar, observed_at timestamptz,
              survives boolean, value_rank integer, rule varchar, pin_id varchar, pinned_by varchar,
              pinned_until timestamptz, source_changed_at timestamptz"""


def test_a_value_that_no_record_of_the_group_gave_is_none_and_what_others_say_stands_below() -> None:
    with duckdb.connect() as con:
        con.execute(f"create table attribute_values ({_COLUMNS})")
        for attribute, value, record_id, survives, rank, rule in (
            ("address", "川越市 2-16", "web_form:1", True, 1, "recency"),
            ("address", "川越市 1-1", "erp:1", False, 2, "recency"),
            ("postal_code", "350-1150", "erp:1", False, 1, "trust"),
            ("fax", "なし", "erp:1", False, None, "not_a_value"),
        ):
            con.execute(
                "insert into attribute_values (golden_id, attribute, value, record_id, survives, value_rank, rule) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                ["A", attribute, value, record_id, survives, rank, rule],
            )
        found = {one.attribute: one for one in golden_values(con, "A")}
    told = {
        name: (one.chosen.value, one.rule, one.n_agreeing, [loser.value for loser in one.losers])
        for name, one in found.items()
    }
    assert told == {
        "address": ("川越市 2-16", "recency", 1, ["川越市 1-1"]),
        "postal_code": (None, "together", 0, ["350-1150"]),
        "fax": (None, "not_a_value", 0, ["なし"]),
    }

"""Relationships of customers as a publication holds them."""

import duckdb

from crm_pipelines.stores.relatives import relationships_of


def test_a_publication_that_knows_no_evidence_yet_tells_of_none() -> None:
    with duckdb.connect() as con:
        con.execute("create table relationships (golden_id_from varchar, kind varchar, golden_id_to varchar, since date)")
        con.execute("insert into relationships values ('A', 'household', 'B', null)")
        assert relationships_of(con, ["A"]) == []

"""Relationships of customers as a publication holds them."""

import duckdb

from crm_pipelines.stores.relatives import relationships_of


def test_a_publication_that_knows_no_evidence_yet_tells_of_none() -> None:
    with duckdb.connect() as con:
        con.execute(
            """create table relationships as
               select 'A' as golden_id_from, 'household' as kind, 'B' as golden_id_to, cast(null as date) as since"""
        )
        assert relationships_of(con, ["A"]) == []

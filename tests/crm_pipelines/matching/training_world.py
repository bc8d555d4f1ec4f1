"""A world of customers with several records each, as a publication holds them, to train on; seeded."""

from collections.abc import Sequence
from random import Random
from typing import Any

import duckdb

from crm_pipelines.model.schemas import MATCH_RECORDS
from tests.builders import organisation, person, replace_standardised_records


def publish(con: duckdb.DuckDBPyConnection, customers: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Make `standardised_records` and `crosswalk` as published: no record keys, one golden id per customer."""
    records = [record for customer in customers for record in customer]
    replace_standardised_records(con, [{**one, "content_hash": one["record_key"]} for one in records])
    columns = ", ".join(name for name in MATCH_RECORDS if name != "record_key")
    con.execute(f"create or replace table standardised_records as select {columns} from standardised_records")
    members = [(one["record_id"], f"G{number}") for number, customer in enumerate(customers) for one in customer]
    con.execute("create or replace table crosswalk (record_id varchar, golden_id varchar, valid_to timestamptz)")
    con.executemany("insert into crosswalk values (?, ?, null)", members)


def people(random: Random, n_customers: int, *, moved: float = 0.1) -> list[list[dict[str, Any]]]:
    """Persons with two or three records each; a share of the records has another phone than the customer's own."""
    return [_person(random, number, moved) for number in range(n_customers)]


def companies(random: Random, n_customers: int) -> list[list[dict[str, Any]]]:
    """Organisations with two records each."""
    return [_company(random, number) for number in range(n_customers)]


def _person(random: Random, number: int, moved: float) -> list[dict[str, Any]]:
    family, given = f"姓{random.randrange(60)}", f"名{random.randrange(40)}"
    born = f"19{random.randrange(50, 99)}-{random.randrange(1, 13):02}-{random.randrange(1, 28):02}"
    own = {"email": [f"p{number}@a.jp", f"p{number}@b.jp"], "birth_date_key": born}
    return [
        person(
            family,
            given,
            phone=f"+8190{number:08}" if random.random() >= moved else f"+8170{number:04}{copy:04}",
            address=f"13101:丸:{number}" if random.random() < 0.9 else f"27100:北:{number}-{copy}",
            **{name: value for name, value in own.items() if random.random() < 0.8},
        )
        for copy in range(2 + number % 2)
    ]


def _company(random: Random, number: int) -> list[dict[str, Any]]:
    return [
        organisation(
            f"社{number}" if random.random() < 0.95 else f"社{number}販売",
            phone=f"+813{number:08}",
            address=f"13101:丸:{number}" if random.random() < 0.9 else f"27100:北:{number}-{copy}",
            email_domain_key=f"c{number}.jp" if random.random() < 0.8 else None,
        )
        for copy in range(2)
    ]

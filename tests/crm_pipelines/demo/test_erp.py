import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.erp import Erp
from crm_pipelines.demo.record import DemoRecord


@pytest.fixture
def records() -> list[DemoRecord]:
    return [record for record in Dealer(2, "medium", date(2026, 4, 1)).deal(600) if record.source == "erp"]


@pytest.fixture
def path(tmp_path: Path, records: list[DemoRecord]) -> Path:
    with Erp(tmp_path / "erp.db", seeded(2, "erp")) as erp:
        erp.create()
        erp.add(records)
    return tmp_path / "erp.db"


def select(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_keys_are_text_with_their_zeros(path: Path, records: list[DemoRecord]) -> None:
    assert [key for (key,) in select(path, "select customer_no from customers order by 1")] == [
        record.key for record in records
    ]
    assert select(path, "select distinct typeof(customer_no) from customers") == [("text",)]


def test_persons_are_private_unless_a_company_stands_beside_them(path: Path, records: list[DemoRecord]) -> None:
    kinds = {row[0]: row[1] for row in select(path, "select customer_no, customer_kind from customers")}
    for record in records:
        private = record.is_person and record.employer is None
        assert kinds[record.key] == ("個人" if private else "法人")


def test_times_are_naive_and_in_order(path: Path) -> None:
    assert select(path, "select count(*) from customers where updated_at < created_at") == [(0,)]
    assert select(path, "select count(*) from customers where updated_at like '%+%' or updated_at like '%Z'") == [(0,)]


def test_orders_belong_to_customers_and_have_numbers_of_their_own(path: Path) -> None:
    assert select(path, "select count(*) from orders where customer_no not in (select customer_no from customers)") == [
        (0,)
    ]
    ((n_orders, n_numbers),) = select(path, "select count(*), count(distinct order_no) from orders")
    assert n_orders == n_numbers
    assert select(path, "select count(*) from orders where amount <= 0 or typeof(amount) != 'integer'") == [(0,)]


def test_empty_fields_are_null(path: Path) -> None:
    for column in ("name", "email", "phone1", "address2", "birth_date", "corporate_number"):
        assert select(path, f"select count(*) from customers where {column} = ''") == [(0,)]


def test_changing_a_row_keeps_its_age(path: Path, records: list[DemoRecord]) -> None:
    key = records[3].key
    before = select(path, f"select created_at, customer_kind from customers where customer_no = '{key}'")
    records[3].phone = "090-1111-2222"
    with Erp(path, seeded(2, "erp 2")) as erp:
        erp.change([records[3]], datetime.fromisoformat("2026-04-02T09:30"))
    after = select(path, f"select phone1, updated_at from customers where customer_no = '{key}'")
    assert after == [("090-1111-2222", "2026-04-02 09:30:00.000000")]
    assert select(path, f"select created_at, customer_kind from customers where customer_no = '{key}'") == before


def test_deleting_keeps_the_orders(path: Path, records: list[DemoRecord]) -> None:
    n_orders = select(path, "select count(*) from orders")
    with Erp(path, seeded(2, "erp 2")) as erp:
        erp.delete([records[0].key])
    assert len(select(path, "select 1 from customers")) == len(records) - 1
    assert select(path, "select count(*) from orders") == n_orders

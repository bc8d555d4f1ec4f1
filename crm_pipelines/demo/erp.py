"""The ERP as a SQLite database: customers under zero-padded keys, and their orders.

Times are naive Japanese local time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from crm_pipelines.demo.chance import Weighted, below, one_of
from crm_pipelines.demo.record import DemoRecord

Row = dict[str, Any]

_metadata = sa.MetaData()
CUSTOMERS = sa.Table(
    "customers",
    _metadata,
    sa.Column("customer_no", sa.String(8), primary_key=True),
    sa.Column("customer_kind", sa.String(4)),
    *(
        sa.Column(name, sa.String)
        for name in ("name", "name_kana", "company_name", "corporate_number", "department", "email", "phone1", "phone2",
                     "postal_code", "address1", "address2", "birth_date")
    ),
    sa.Column("updated_at", sa.DateTime, index=True),
    sa.Column("created_at", sa.DateTime),
)  # fmt: skip
ORDERS = sa.Table(
    "orders",
    _metadata,
    sa.Column("order_no", sa.String(12), primary_key=True),
    sa.Column("customer_no", sa.String(8), index=True),
    sa.Column("ordered_at", sa.DateTime),
    sa.Column("amount", sa.Integer),
    sa.Column("currency", sa.String(3)),
    sa.Column("item", sa.String),
    sa.Column("status", sa.String),
    sa.Column("updated_at", sa.DateTime, index=True),
)
_N_ORDERS: Weighted[int] = Weighted((0, 1, 2, 3, 5, 9), (22, 34, 20, 13, 8, 3))
_ITEMS = (
    "オフィスチェア",
    "コピー用紙 A4",
    "ノートPC",
    "名刺印刷",
    "業務用洗剤",
    "Desk lamp",
    "収納ボックス",
    "ギフトセット",
)
_STATUS: Weighted[str] = Weighted(("出荷済", "受注", "入金済", "キャンセル", "返品"), (45, 12, 36, 5, 2))


class Erp:
    """The database file; every method is one transaction. Use it as a context, which closes the file."""

    def __init__(self, path: Path, rng: Random) -> None:
        self._engine = sa.create_engine(f"sqlite:///{path}")
        self._rng = rng

    def __enter__(self) -> "Erp":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._engine.dispose()

    def create(self) -> None:
        """Make the tables."""
        _metadata.create_all(self._engine)

    def add(self, records: Iterable[DemoRecord]) -> int:
        """Insert a customer for each record, and orders; returns the number of orders."""
        rows = [_customer(self._rng, record) for record in records]
        with self._engine.begin() as connection:
            if rows:
                connection.execute(CUSTOMERS.insert(), rows)
            first = connection.execute(sa.select(sa.func.count()).select_from(ORDERS)).scalar_one()
            orders = self._orders(rows, first)
            if orders:
                connection.execute(ORDERS.insert(), orders)
        return len(orders)

    def change(self, records: Iterable[DemoRecord], at: datetime) -> None:
        """Write the records' values over their rows, updated at that time."""
        with self._engine.begin() as connection:
            for record in records:
                row = _customer(self._rng, record) | {"updated_at": at}
                del row["created_at"], row["customer_kind"]
                connection.execute(CUSTOMERS.update().where(CUSTOMERS.c.customer_no == record.key), row)

    def delete(self, customer_numbers: list[str]) -> None:
        """Delete customers; their orders stay, as in the books."""
        with self._engine.begin() as connection:
            connection.execute(CUSTOMERS.delete().where(CUSTOMERS.c.customer_no.in_(customer_numbers)))

    def order_again(self, customer_numbers: Iterable[str], at: datetime) -> None:
        """One new order for each of these customers."""
        with self._engine.begin() as connection:
            first = connection.execute(sa.select(sa.func.count()).select_from(ORDERS)).scalar_one()
            rows = [self._order(number, first + place, at) for place, number in enumerate(customer_numbers, start=1)]
            if rows:
                connection.execute(ORDERS.insert(), rows)

    def _orders(self, customers: list[Row], first: int) -> list[Row]:
        rng = self._rng
        orders: list[Row] = []
        for customer in customers:
            span = max(1, (customer["updated_at"] - customer["created_at"]).days)
            for _ in range(_N_ORDERS.pick(rng)):
                at = customer["created_at"] + timedelta(days=below(rng, span), seconds=below(rng, 36000))
                orders.append(self._order(customer["customer_no"], first + len(orders) + 1, at))
        return orders

    def _order(self, customer_no: str, number: int, at: datetime) -> Row:
        rng = self._rng
        return {
            "order_no": f"SO{number:010d}",
            "customer_no": customer_no,
            "ordered_at": at,
            "amount": 100 * (3 + below(rng, 2000)),
            "currency": "JPY",
            "item": one_of(rng, _ITEMS),
            "status": _STATUS.pick(rng),
            "updated_at": at + timedelta(hours=below(rng, 72)),
        }


def _customer(rng: Random, record: DemoRecord) -> Row:
    is_business = record.employer is not None or not record.is_person
    return {
        "customer_no": record.key,
        "customer_kind": "法人" if is_business else "個人",
        "name": record.name or None,
        "name_kana": record.name_kana or None,
        "company_name": record.company or None,
        "corporate_number": record.corporate_number or None,
        "department": record.department or None,
        "email": record.email or None,
        "phone1": record.phone or None,
        "phone2": record.second_phone or None,
        "postal_code": record.postal_code or None,
        "address1": record.address or None,
        "address2": record.building or None,
        "birth_date": record.birth_date or None,
        "updated_at": record.observed_at,
        "created_at": record.observed_at - timedelta(days=below(rng, 900)),
    }

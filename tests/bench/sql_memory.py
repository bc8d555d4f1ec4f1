"""Many rows of one table through the SQL connector, beside the bare driver on a server-side cursor: time and memory.

usage: python tests/bench/sql_memory.py [--rows N] [--database postgresql|mariadb] [--shape indexed|bare|keyless]

The server is started here and gone afterwards. Each reader is a process of its own that reads every row and keeps none.
Shapes: `indexed` has the index the connector asks for and is read in short queries; `bare` has none and is read from
one sorted result; `keyless` has null in every key, so that every row is one with a fault.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
SIZE = 5000
COLUMNS = "customer_no, name, kana, email, phone, amount, created_at, updated_at"


def main() -> None:
    """Fill a table, read it twice, show both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=("postgresql", "mariadb"), default="postgresql")
    parser.add_argument("--shape", choices=("indexed", "bare", "keyless"), default="indexed")
    parser.add_argument("--reader", choices=("connector", "driver"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.reader is not None:
        sys.stdout.write(json.dumps({"connector": by_connector, "driver": by_driver}[asked.reader](asked.url)) + "\n")
        return
    with server(asked.database) as url:
        begun = perf_counter()
        fill(url, asked)
        sys.stderr.write(f"filled in {perf_counter() - begun:.0f} s\n")
        found = {reader: child(reader, url) for reader in ("driver", "connector")}
    for reader, facts in found.items():
        per_second = facts["rows"] / facts["seconds"]
        sys.stdout.write(
            f"{asked.database} {asked.shape} {reader}: {facts['rows']} rows, {facts['seconds']:.1f} s, "
            f"{per_second:.0f} rows/s, peak {facts['peak_mb']:.0f} MiB\n"
        )
    ratio = found["driver"]["seconds"] / found["connector"]["seconds"]
    sys.stdout.write(f"{asked.database} {asked.shape}: {ratio:.2f} of the bare driver's rows a second\n")


def server(database: str) -> AbstractContextManager[str]:
    """The URL of a new, empty database."""
    sys.path.insert(0, str(ROOT))
    if database == "postgresql":
        from tests.postgres import postgres_server  # noqa: PLC0415 - only the one that is asked for

        return postgres_server()
    from tests.mariadb import mariadb_server  # noqa: PLC0415 - as above

    return mariadb_server("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M")


def fill(url: str, asked: argparse.Namespace) -> None:
    """Customers whose changes are spread over two years."""
    import sqlalchemy as sa  # noqa: PLC0415 - the readers shall not pay for it

    is_maria = asked.database == "mariadb"
    number, numbers = ("seq", f"seq_1_to_{asked.rows}") if is_maria else ("n", f"generate_series(1, {asked.rows}) as n")
    padded = f"lpad({number}, 9, '0')" if is_maria else f"lpad({number}::text, 9, '0')"
    moment = f"{{}} + interval {number} * 12 second" if is_maria else f"{{}} + interval '12 seconds' * {number}"
    changed, made = (moment.format(f"timestamp '{day} 00:00:00'") for day in ("2022-01-01", "2020-01-01"))
    key = "null" if asked.shape == "keyless" else f"concat('C', {padded})"
    statements = [
        f"create table customers (customer_no varchar(12){'' if asked.shape == 'keyless' else ' not null'}, "
        "name varchar(40), kana varchar(40), email varchar(60), phone varchar(20), amount numeric(12, 2), "
        f"created_at {'datetime' if is_maria else 'timestamp'} not null, "
        f"updated_at {'datetime(6)' if is_maria else 'timestamp'} not null)",
        f"insert into customers select {key}, concat('山田 太郎', {number}), 'ヤマダ タロウ', "
        f"concat('taro', {number}, '@example.jp'), concat('090-', {padded}), {number} * 1.25, {made}, {changed} "
        f"from {numbers}",
    ]
    if asked.shape == "indexed":
        statements += ["alter table customers add primary key (customer_no)",
                       "create index changed on customers (updated_at, customer_no)"]  # fmt: skip
    statements.append("analyze table customers" if is_maria else "analyze customers")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def child(reader: str, url: str) -> dict[str, Any]:
    """What one reader came to, and the most memory it ever held."""
    command = [sys.executable, __file__, "--reader", reader, "--url", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{reader} ended with code {process.returncode}")
    return {**json.loads(said), "peak_mb": usage.ru_maxrss / 1024}


def by_connector(url: str) -> dict[str, Any]:
    """Page by page, as ingestion does, the bookmark of each page made."""
    sys.path.insert(0, str(ROOT))
    from connectors.sources.sql import Sql, SqlOptions  # noqa: PLC0415 - the other reader shall not pay for it
    from crm_pipelines.model.delivery import SourceContext  # noqa: PLC0415 - as above

    options = SqlOptions.model_validate(
        {"url": url, "table": "customers", "key": "customer_no", "cursor": "updated_at", "page_size": SIZE}
    )
    begun = perf_counter()
    n_rows = sum(len(page.rows) for page in Sql(options, SourceContext("bench", str(ROOT))).pages(None))
    return {"rows": n_rows, "seconds": perf_counter() - begun}


def by_driver(url: str) -> dict[str, Any]:
    """The same columns in the same order, fetched in parts from a server-side cursor."""
    begun, query = perf_counter(), f"select {COLUMNS} from customers order by updated_at, customer_no"
    if url.startswith("postgresql"):
        import psycopg  # noqa: PLC0415 - only the one that is asked for

        with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor("rows") as cursor:
            cursor.execute(query)
            return {"rows": _fetched(cursor), "seconds": perf_counter() - begun}
    import pymysql  # noqa: PLC0415 - as above

    address = urlsplit(url)
    login = {"host": address.hostname, "port": address.port, "user": address.username, "database": address.path[1:]}
    with pymysql.connect(**login, cursorclass=pymysql.cursors.SSCursor) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return {"rows": _fetched(cursor), "seconds": perf_counter() - begun}


def _fetched(cursor: Any) -> int:  # of one driver or the other
    n_rows = 0
    while rows := cursor.fetchmany(SIZE):
        n_rows += len(rows)
    return n_rows


if __name__ == "__main__":
    main()

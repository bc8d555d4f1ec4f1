"""The harnesses of all connectors: small sources of seven and more rows, each with a canary in its personal values."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.connectors.live import freshdesk, imap, intercom, odoo, sap, zendesk


def _mail(number: int) -> bytes:
    return (
        f"From {CANARY}{number}@example.jp Mon Jan  5 10:00:{number:02} 2024\n"
        f"Message-ID: <{CANARY}-{number}@example.jp>\nFrom: {CANARY}{number}@example.jp\nTo: desk@example.jp\n"
        f"Subject: {CANARY}\nDate: Mon, 5 Jan 2024 10:00:00 +0900\n\nBody {CANARY} {number}\n\n"
    ).encode()


def _fill_mail(folder: Path, n: int) -> None:
    (folder / "inbox.mbox").write_bytes(b"".join(_mail(number) for number in range(1, n + 1)))


def _append_mail(folder: Path, n: int, m: int) -> None:
    with (folder / "inbox.mbox").open("ab") as file:
        file.write(b"".join(_mail(number) for number in range(n + 1, m + 1)))


def _spoil_mail(folder: Path) -> None:
    path = folder / "inbox.mbox"
    second = _mail(2)
    path.write_bytes(path.read_bytes().replace(second, second.partition(b"\n")[0] + b"\nno header at all\n\n"))


def _form_line(number: int) -> str:
    return json.dumps({"submission_id": f"f{number}", "name": CANARY, "email": f"{CANARY}@example.jp"}) + "\n"


def _fill_form(folder: Path, n: int) -> None:
    (folder / "web_form").mkdir()
    (folder / "web_form" / f"{CANARY}.jsonl").write_text("".join(_form_line(i) for i in range(1, n + 1)))


def _append_form(folder: Path, n: int, m: int) -> None:
    with (folder / "web_form" / f"{CANARY}.jsonl").open("a") as file:
        file.write("".join(_form_line(i) for i in range(n + 1, m + 1)))


def _spoil_form(folder: Path) -> None:
    path = folder / "web_form" / f"{CANARY}.jsonl"
    path.write_text(path.read_text().replace(_form_line(2), '{"submission_id": "f2", "name": \n'))


def _zendesk(n: int) -> dict[str, Any]:
    users = [{"id": i, "name": CANARY, "email": f"{CANARY}{i}@example.jp", "organization_id": 1} for i in range(1, n)]
    return {
        "organizations": [{"id": 1, "name": CANARY, "domain_names": [f"{CANARY}.example.jp"]}],
        "users": users,
        "tickets": [{"id": 1, "requester_id": 1, "subject": CANARY}],
    }


def _fill_zendesk(folder: Path, n: int) -> None:
    (folder / "export.json").write_text(json.dumps(_zendesk(n)))


def _spoil_zendesk(folder: Path) -> None:
    export = _zendesk(7)
    export["users"][1] = "broken"
    (folder / "export.json").write_text(json.dumps(export))


def _insert_sql(folder: Path, n: int, m: int) -> None:
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("create table if not exists customers (customer_no text not null, name, updated_at text)")
        rows = [(f"C{i:03}", CANARY, f"2024-01-05 10:00:{i // 2:02}") for i in range(n + 1, m + 1)]
        database.executemany("insert into customers values (?, ?, ?)", rows)


def _fill_sql(folder: Path, n: int) -> None:
    _insert_sql(folder, 0, n)


def _spoil_sql(folder: Path) -> None:
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("update customers set name = cast(x'83ff' as text) where customer_no = 'C002'")


def _csv_line(number: int) -> str:
    return f"C{number:03},{CANARY},{CANARY}{number}@example.jp\n"


def _fill_csv(folder: Path, n: int) -> None:
    lines = "".join(_csv_line(i) for i in range(1, n + 1))
    (folder / f"{CANARY}.csv").write_text("顧客番号,氏名,メール\n" + lines, encoding="cp932")


def _append_csv(folder: Path, n: int, m: int) -> None:
    with (folder / f"{CANARY}.csv").open("a", encoding="cp932") as file:
        file.write("".join(_csv_line(i) for i in range(n + 1, m + 1)))


def _spoil_csv(folder: Path) -> None:
    path = folder / f"{CANARY}.csv"
    path.write_bytes(path.read_bytes().replace(_csv_line(2).encode(), _csv_line(2).encode()[:-1] + b",one,too,many\n"))


HARNESSES: dict[str, Harness] = {
    "freshdesk": freshdesk.HARNESS,
    "intercom": intercom.HARNESS,
    "imap": imap.HARNESS,
    "zendesk": zendesk.HARNESS,
    "mail_files": Harness(
        _fill_mail,
        {"path": "inbox.mbox", "page_size": 3},
        _append_mail,
        _spoil_mail,
        lambda folder: (folder / "inbox.mbox").unlink(),
    ),
    "web_form": Harness(
        _fill_form,
        {"path": "web_form", "page_size": 3},
        _append_form,
        _spoil_form,
        lambda folder: shutil.rmtree(folder / "web_form"),
    ),
    "zendesk_export": Harness(
        _fill_zendesk,
        {"path": "export.json", "page_size": 3},
        lambda folder, _n, m: _fill_zendesk(folder, m),
        _spoil_zendesk,
        lambda folder: (folder / "export.json").unlink(),
        n_again=None,
    ),
    "odoo": odoo.HARNESS,
    "sap_business_partner": sap.HARNESS,
    "sql": Harness(
        _fill_sql,
        {
            "url": "sqlite:///erp.db",
            "table": "customers",
            "key": "customer_no",
            "cursor": "updated_at",
            "page_size": 3,
            "retry_wait_seconds": 0,
        },
        _insert_sql,
        _spoil_sql,
        lambda folder: (folder / "erp.db").unlink(),
    ),
    "files": Harness(
        _fill_csv,
        {"path": f"{CANARY}.csv", "key": "顧客番号", "page_size": 3},
        _append_csv,
        _spoil_csv,
        lambda folder: (folder / f"{CANARY}.csv").unlink(),
    ),
}

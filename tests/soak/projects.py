"""The projects of the soak: one that is disturbed, its undisturbed twin, and branches of the first.

They read the same world and have the same key, so that whatever one says the other must say as well.
"""

import shutil
from pathlib import Path

from tests.road.projects import PROJECT_KEY, new_folder, without_checks
from tests.soak.feed import FILES

_CONFIGURATION = """\
timezone: Asia/Tokyo
language: en
country: JP

sources:
  mail: {{connector: mail_files, path: "{seen}/{mail}"}}
  web_form: {{connector: web_form, path: "{seen}/{web_form}/*.jsonl"}}
  support: {{connector: zendesk_export, path: "{seen}/{support}"}}
  members: {{connector: files, path: "{seen}/{members}", key: member_no, complete: true}}
  erp:
    connector: sql
    url: "sqlite:///{seen}/{erp}"
    table: customers
    key: customer_no
    complete: true
    also:
      - {{table: orders, key: order_no}}
"""
_ERP = """\
streams:
  main:
    record_type: auto
    fields:
      name: name
      name_kana: name_kana
      organisation_name: company_name
      corporate_number: corporate_number
{department}      email: email
      phone: [phone1, phone2]
      postal_code: postal_code
      address: [address1, address2]
      birth_date: birth_date
      updated_at: updated_at
      created_at: created_at
  orders:
    belongs_to: {{key: customer_no}}
    interactions:
      - channel: {{value: purchase}}
        happened_at: ordered_at
        amount: amount
        currency: currency
        subject: item
        status: status
"""
_MEMBERS = """\
record_type: person
fields:
  name: name
  name_kana: kana
  email: {email}
  phone: phone
  birth_date: birth_date
"""
# The one gate that the soak closes; what the others find is tested elsewhere and takes longer than all the rest.
_CHECKS = ("quarantine_share",)
# What a backup holds: all that cannot be made again. The warehouse can.
BACKED_UP = ("landing", "identity", "models", "published", "ledger.db")
_IN_PASSING = ("ledger.db-wal", "ledger.db-shm")


def new_project(root: Path, seen: Path) -> Path:
    """A project over the world's sources that has never run."""
    new_folder(root, _CONFIGURATION.format(seen=seen, **FILES))
    without_checks(root, but=_CHECKS)
    write_mappings(root, email_column="email", has_department=True)
    return root


def write_mappings(root: Path, *, email_column: str, has_department: bool) -> None:
    """Write the project's own mappings, as somebody changes them in the course of a year."""
    department = "      department: department\n" if has_department else ""
    (root / "mappings" / "erp.yaml").write_text(_ERP.format(department=department), encoding="utf-8")
    (root / "mappings" / "members.yaml").write_text(_MEMBERS.format(email=email_column), encoding="utf-8")


def lose_warehouse(root: Path) -> None:
    """Delete the pipeline's own memory."""
    for path in (root / "data").glob("warehouse.duckdb*"):
        path.unlink()


def back_up(root: Path, folder: Path) -> None:
    """Copy what a backup holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (*BACKED_UP, *_IN_PASSING):
        _copy(root / "data" / name, folder / name)


def restore(root: Path, folder: Path) -> None:
    """Lose all data and take back what the backup holds."""
    shutil.rmtree(root / "data")
    shutil.copytree(folder, root / "data")


def branch(project: Path, folder: Path, root: Path) -> Path:
    """A project with the configuration and the ledger of today and everything else as of a backup.

    People's decisions are the one thing that is not to be made again and has a life of its own (a team's ledger is a
    PostgreSQL server with its own backups), so they are not taken back with the rest.
    """
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("data"))
    shutil.copytree(folder, root / "data")
    for name in ("ledger.db", *_IN_PASSING):
        (root / "data" / name).unlink(missing_ok=True)
        _copy(project / "data" / name, root / "data" / name)
    return root


def project_key() -> bytes:
    """The key of all projects of the soak."""
    return bytes.fromhex(PROJECT_KEY)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copyfile(source, target)

"""Child process: make a project over a generated world, or bring one to its next day.

usage: worlds.py ANSWER first PROJECT N_RECORDS SEED | worlds.py ANSWER second PROJECT | worlds.py ANSWER quiet PROJECT

Every source delivers what an ordinary day brings: mails and submissions are added, the ERP is read by its cursor with
an audit of all its keys, and the ticket system, which can only be exported whole, is exported on the first day alone.
"""

import sys
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

import sqlalchemy as sa
from children import answer

from connectors.registry import CONNECTORS
from crm_pipelines.demo import second_day
from crm_pipelines.demo.contacts import mobile_phone
from crm_pipelines.demo.erp import CUSTOMERS
from crm_pipelines.demo.project import ERP_MAPPING, PROJECT_FILE
from crm_pipelines.demo.remembered import recall
from crm_pipelines.demo.world import Address
from crm_pipelines.demo.write import write_world
from crm_pipelines.rules.new_project import write_project

# The demo reads its ERP whole; here it is read by its cursor, and all keys each time, so that what is gone is found.
_DAILY = {
    "    # read completely each time: a customer that is no longer there was deleted\n    complete: true\n": (
        "    cursor: updated_at\n    audit_hours: 0\n"
    ),
    "{table: orders, key: order_no}": "{table: orders, key: order_no, cursor: updated_at}",
}
# Of the demo's second day, which changes about 5 % of the records so that there is something to see: shares that make
# one per cent of all records.
_SHARES = {"_NEW": 0.006, "_AGAIN": 0.003, "_CHANGED": 0.008, "_DELETED": 0.003, "_ACTIVE": 0.006}
_QUIET_SHARE = 0.001
_IN_JAPAN = Address("JP", "")


def make(root: Path, n_records: int, seed: int) -> dict[str, object]:
    """A new project with the first day of a world in its inbox."""
    write_project(root, "en", CONNECTORS)
    text = PROJECT_FILE.format(language="en")
    for whole, daily in _DAILY.items():
        if whole not in text:
            raise ValueError(f"the demo's project file has no {whole!r} any more")
        text = text.replace(whole, daily)
    (root / "crm_pipelines.yaml").write_text(text, encoding="utf-8")
    (root / "mappings" / "erp.yaml").write_text(ERP_MAPPING, encoding="utf-8")
    return asdict(write_world(root / "data" / "inbox", n_records=n_records, seed=seed))


def grow(root: Path) -> dict[str, object]:
    """The second day, in an ordinary day's size; says how many records it touched."""
    with ExitStack() as stack:
        for name, share in _SHARES.items():
            stack.enter_context(patch.object(second_day, name, share))
        arrived = second_day.write_second_day(root / "data" / "inbox", tickets=False)
    return {"n_new": len(arrived.new), "n_changed": len(arrived.changed), "n_deleted": len(arrived.deleted)}


def stir(root: Path) -> dict[str, object]:
    """A quiet day: a thousandth of the records, all in the ERP; a third each registered again, changed and deleted."""
    inbox, rng = root / "data" / "inbox", Random(_QUIET_SHARE)
    n_each = max(1, int(recall(inbox).n_records * _QUIET_SHARE) // 3)
    engine = sa.create_engine(f"sqlite:///{inbox / 'erp.db'}")
    with engine.begin() as connection:
        of_number = CUSTOMERS.c.customer_no
        numbers = list(connection.execute(sa.select(of_number).order_by(of_number)).scalars())
        at = connection.execute(sa.select(sa.func.max(CUSTOMERS.c.updated_at))).scalar_one() + timedelta(days=1)
        chosen = rng.sample(numbers, 3 * n_each)
        again, changed, deleted = chosen[:n_each], chosen[n_each : 2 * n_each], chosen[2 * n_each :]
        for place, number in enumerate(again):
            row = connection.execute(sa.select(CUSTOMERS).where(of_number == number)).one()._asdict()
            fresh = {"customer_no": f"Q{place:07d}", "phone1": mobile_phone(rng, _IN_JAPAN), "updated_at": at}
            connection.execute(CUSTOMERS.insert(), row | fresh)
        for number in changed:
            moved = {"phone1": mobile_phone(rng, _IN_JAPAN), "updated_at": at}
            connection.execute(CUSTOMERS.update().where(of_number == number), moved)
        for number in deleted:
            connection.execute(CUSTOMERS.delete().where(of_number == number))
    engine.dispose()
    return {"n_new": len(again), "n_changed": len(changed), "n_deleted": len(deleted)}


if __name__ == "__main__":
    asked, project = sys.argv[2], Path(sys.argv[3])
    days = {"second": grow, "quiet": stir}
    facts = make(project, int(sys.argv[4]), int(sys.argv[5])) if asked == "first" else days[asked](project)
    answer({name: value for name, value in facts.items() if name != "today"})

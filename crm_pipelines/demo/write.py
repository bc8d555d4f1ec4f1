"""Write a generated world in the formats of its four sources, with the truth beside them.

In the folder: `inbox.mbox`, `web_form/*.jsonl`, `tickets_export.json`, `erp.db`, `truth.csv` and `world.json`.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.erp import Erp
from crm_pipelines.demo.forms import submissions, write_form_files
from crm_pipelines.demo.mailbox import messages, write_mbox
from crm_pipelines.demo.record import SOURCES, by_source_of
from crm_pipelines.demo.remembered import Remembered, remember
from crm_pipelines.demo.tickets import TicketSystem
from crm_pipelines.demo.truth import records_frame, write_truth
from crm_pipelines.demo.world import DEFAULT_TODAY


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """What was written.

    Attributes:
        records: customers' records per source; their sum is `n_records`.
        n_mails, n_submissions: as in the files, with automatic mails and junk.
        n_observations: rows of `truth.csv`: records and the organisations they imply.
    """

    n_records: int
    seed: int
    difficulty: str
    today: date
    records: dict[str, int]
    n_persons: int
    n_organisations: int
    n_observations: int
    n_mails: int
    n_submissions: int
    n_tickets: int
    n_orders: int


def write_world(
    folder: Path,
    *,
    n_records: int,
    seed: int,
    difficulty: str = "medium",
    today: date = DEFAULT_TODAY,
) -> WorldSummary:
    """Write the first day of a world into an empty or new folder; the same arguments give the same bytes.

    Args:
        folder: made if missing; files of an earlier world in it are replaced.
        n_records: customers' records over all sources (35 % ERP, 25 % web form, 20 % tickets, 20 % mail); automatic
            mails, junk, tickets and orders come on top.
        seed: same seed, same world.
        difficulty: easy, medium or hard; scales every disturbance.
        today: no record is younger than the day before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dealer = Dealer(seed, difficulty, today)
    by_source = by_source_of(dealer.deal(n_records))
    mails = list(messages(seeded(seed, "mail"), by_source["mail"]))
    write_mbox(folder / "inbox.mbox", mails)
    rows = list(submissions(seeded(seed, "web_form"), by_source["web_form"]))
    write_form_files(folder / "web_form", rows)
    tickets = TicketSystem(seeded(seed, "support"))
    tickets.add(by_source["support"])
    tickets.write(folder / "tickets_export.json")
    (folder / "erp.db").unlink(missing_ok=True)
    with Erp(folder / "erp.db", seeded(seed, "erp")) as erp:
        erp.create()
        n_orders = erp.add(by_source["erp"])
    n_observations = write_truth(folder / "truth.csv", (record for source in SOURCES for record in by_source[source]))
    remember(folder, Remembered(n_records, seed, difficulty, today, 1))
    return WorldSummary(
        n_records, seed, difficulty, today, {source: len(by_source[source]) for source in SOURCES},
        len(dealer.world.persons), len(dealer.world.organisations), n_observations,
        len(mails), len(rows), tickets.n_tickets, n_orders,
    )  # fmt: skip


def generate_records(
    n_records: int, seed: int, difficulty: str = "medium", today: date = DEFAULT_TODAY
) -> pl.DataFrame:
    """The same records as `write_world` writes, as one frame in raw canonical columns with the truth; no files.

    See `crm_pipelines.demo.truth.records_frame` for the columns.
    """
    return records_frame(Dealer(seed, difficulty, today).deal(n_records))

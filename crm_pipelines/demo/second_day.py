"""The second day of a written world: new mails and submissions, an ERP that changed, a newer ticket export."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.contacts import japanese_address, mobile_phone
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.erp import Erp
from crm_pipelines.demo.forms import submissions, write_form_file
from crm_pipelines.demo.mailbox import messages, write_mbox
from crm_pipelines.demo.poison import PoisonedBatch, write_poisoned_batch
from crm_pipelines.demo.record import SOURCES, DemoRecord, by_source_of
from crm_pipelines.demo.remembered import Remembered, recall, remember
from crm_pipelines.demo.spelling_contacts import split_address
from crm_pipelines.demo.tickets import TicketSystem
from crm_pipelines.demo.truth import write_truth
from crm_pipelines.demo.world import Address

# Shares of a source's records.
_NEW, _AGAIN, _CHANGED, _DELETED, _ACTIVE = 0.02, 0.01, 0.03, 0.01, 0.03
_TOO_FEW = 25  # a source this small stays as it is, so that a deletion is always under 5 %
_IN_JAPAN = Address("JP", "")


@dataclass(frozen=True, slots=True)
class SecondDaySummary:
    """What the second day changed; ids are record ids as in `truth.csv`.

    Attributes:
        form_file: the new file of submissions.
        new: new records of all sources, the appended mails and new submissions included.
        changed: ERP rows and ticket users with new values.
        deleted: ERP rows that are gone; the ERP is read completely, so absence is deletion.
        n_observations: rows of the new `truth.csv`.
        poisoned: the batch that must not be taken in; None unless asked for.
    """

    day: date
    form_file: Path
    new: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    n_mails_appended: int
    n_submissions: int
    n_observations: int
    poisoned: PoisonedBatch | None


def write_second_day(folder: Path, *, poisoned: bool = False, tickets: bool = True) -> SecondDaySummary:
    """Bring a folder of `write_world` to its second day, the day after the world's today.

    The mailbox is appended to, `web_form/` gets one file more, the ERP's rows change in place, the ticket export and
    `truth.csv` are replaced.

    Args:
        folder: as `write_world` left it.
        poisoned: also write a broken batch into `poisoned/`, where no source reads.
        tickets: False: nobody exports the ticket system that day.

    Raises:
        FileNotFoundError: no world was written there.
        ValueError: the second day is written already.
    """
    known = recall(folder)
    if known.days != 1:
        raise ValueError("the second day is written already")
    second = _SecondDay(folder, known, has_tickets=tickets)
    n_mails, (form_file, n_rows) = second.write_mails(), second.write_forms()
    changed = [*(second.write_tickets() if tickets else ()), *second.change_erp()]
    deleted = second.delete_erp({record.record_id for record in changed})
    n_observations = second.write_truth(changed, deleted)
    remember(folder, replace(known, days=2))
    batch = write_poisoned_batch(folder, second.dealer, second.day + timedelta(days=1)) if poisoned else None
    return SecondDaySummary(
        second.day, form_file, _ids(second.new_records()), _ids(changed), _ids(deleted),
        n_mails, n_rows, n_observations, batch,
    )  # fmt: skip


class _SecondDay:
    """The state of the first day, made again from its arguments, and the writing of the second."""

    def __init__(self, folder: Path, known: Remembered, *, has_tickets: bool) -> None:
        self._folder = folder
        self._seed = known.seed
        self._rng = seeded(known.seed, "second day")
        self.day = known.today + timedelta(days=1)
        self.dealer = Dealer(known.seed, known.difficulty, known.today)
        self._old = by_source_of(self.dealer.deal(known.n_records))
        deque(messages(seeded(known.seed, "mail"), self._old["mail"]), maxlen=0)  # adds phenomena to the records
        self._tickets = TicketSystem(seeded(known.seed, "support"))
        self._tickets.add(self._old["support"])
        self._new = by_source_of(self.dealer.deal(max(8, int(known.n_records * _NEW)), self.day))
        for source in ("mail", "web_form"):
            customers = [record.subject for record in self._some(self._old["erp"], _AGAIN)]
            self._new[source] += self.dealer.again(customers, source, self.day)
        if not has_tickets:
            self._new["support"] = []

    def new_records(self) -> list[DemoRecord]:
        """The records that were not there on the first day."""
        return [record for source in SOURCES for record in self._new[source]]

    def write_mails(self) -> int:
        """Append to the mailbox; returns how many mails."""
        mails = list(messages(seeded(self._seed, "mail 2"), self._new["mail"]))
        write_mbox(self._folder / "inbox.mbox", mails, append=True)
        return len(mails)

    def write_forms(self) -> tuple[Path, int]:
        """Write the day's file of submissions; returns it and its number of lines."""
        rows = list(submissions(seeded(self._seed, "web_form 2"), self._new["web_form"]))
        return write_form_file(self._folder / "web_form" / f"{self.day.isoformat()}.jsonl", rows), len(rows)

    def write_tickets(self) -> list[DemoRecord]:
        """Replace the export: new users, further tickets, some users with another phone; returns the latter."""
        at = self.dealer.observer.moment(self.day)
        changed = [self._with_other_phone(record) for record in self._some(self._old["support"], _CHANGED)]
        for record in changed:
            self._tickets.change(record, at)
        for record in self._some(self._old["support"], _ACTIVE):
            self._tickets.ask(record, at)
        self._tickets.add(self._new["support"])
        self._tickets.write(self._folder / "tickets_export.json")
        return changed

    def change_erp(self) -> list[DemoRecord]:
        """Change some rows, add new ones, take orders; returns the changed ones."""
        at = self.dealer.observer.moment(self.day)
        changed = [self._edited(record) for record in self._some(self._old["erp"], _CHANGED)]
        with Erp(self._folder / "erp.db", seeded(self._seed, "erp 2")) as erp:
            erp.change(changed, at)
            erp.add(self._new["erp"])
            erp.order_again([record.key for record in self._some(self._old["erp"], _ACTIVE)], at)
        return changed

    def delete_erp(self, spared: set[str]) -> list[DemoRecord]:
        """Delete some rows, none of the spared ones; returns them."""
        deleted = [record for record in self._some(self._old["erp"], _DELETED) if record.record_id not in spared]
        with Erp(self._folder / "erp.db", seeded(self._seed, "erp 2")) as erp:
            erp.delete([record.key for record in deleted])
        return deleted

    def write_truth(self, changed: list[DemoRecord], deleted: list[DemoRecord]) -> int:
        """Replace `truth.csv` by the truth about the live records; returns its number of rows."""
        latest = {record.record_id: record for record in changed}
        gone = {record.record_id for record in deleted}
        live = [record for source in SOURCES for record in (*self._old[source], *self._new[source])]
        return write_truth(
            self._folder / "truth.csv",
            (latest.get(record.record_id, record) for record in live if record.record_id not in gone),
        )

    def _some(self, records: Sequence[DemoRecord], share: float) -> list[DemoRecord]:
        count = max(1, int(len(records) * share)) if len(records) >= _TOO_FEW else 0
        return self._rng.sample(list(records), count)

    def _edited(self, record: DemoRecord) -> DemoRecord:
        if self._rng.random() < 0.5:
            return self._with_other_phone(record)
        address = japanese_address(self._rng, office=not record.is_person)
        written, building = split_address(address)
        postal_code = f"{address.postal_code[:3]}-{address.postal_code[3:]}"
        phenomena = [*(known for known in record.phenomena if "address" not in known), "edited_address"]
        return replace(record, address=written, building=building, postal_code=postal_code, phenomena=phenomena)

    def _with_other_phone(self, record: DemoRecord) -> DemoRecord:
        phone = mobile_phone(self._rng, _IN_JAPAN)
        return replace(record, phone=phone, phenomena=[*record.phenomena, "edited_phone"])


def _ids(records: Sequence[DemoRecord]) -> tuple[str, ...]:
    return tuple(sorted(record.record_id for record in records))

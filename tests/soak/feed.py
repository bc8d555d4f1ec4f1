"""A generated world that goes on for weeks: five sources that grow, change, lose rows and come to harm.

The sources' own state lies in `kept/`; what the projects can read of it lies in `seen/`. So a source that is gone, half
written or nonsense for a week loses nothing meanwhile, as in life. Every date in the data is a date of the world.
"""

import csv
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from crm_pipelines.demo.chance import below, seeded
from crm_pipelines.demo.contacts import japanese_address, mobile_phone
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.erp import Erp
from crm_pipelines.demo.forms import Submission, submissions
from crm_pipelines.demo.mailbox import messages, write_mbox
from crm_pipelines.demo.record import DemoRecord, by_source_of
from crm_pipelines.demo.spelling_contacts import split_address
from crm_pipelines.demo.tickets import TicketSystem
from crm_pipelines.demo.world import Address

Item = TypeVar("Item")

FILES = {
    "mail": "inbox.mbox",
    "web_form": "web_form",
    "support": "tickets_export.json",
    "erp": "erp.db",
    "members": "members.csv",
}
TODAY = date(2024, 4, 1)  # two years of weeks lie before any clock that runs this
_NEW, _AGAIN, _CHANGED, _DELETED, _ACTIVE = 0.01, 0.005, 0.015, 0.004, 0.01  # shares of all records, a week
_MEMBERS = 0.15
_IN_JAPAN = Address("JP", "")


@dataclass(slots=True)
class Sources:
    """What the sources hold: their records, and rows that were deleted and may come back."""

    records: dict[str, list[DemoRecord]]
    members: list[DemoRecord]
    gone: list[DemoRecord] = field(default_factory=list)


class Feed:
    """The world and its writers.

    Args:
        folder: made; `seen/` in it is what the projects read.
        n_records: customers' records at the beginning.
        seed: same seed, same weeks.

    Attributes:
        mishaps: source -> what writes, in place of the source, what is seen of it.
        phones_are_numbers: the form writes phone numbers as numbers.
        members_shown: share of the members that their file shows.
        email_column, mapped_email: what the members' file calls the e-mail address, and what the mapping thinks.
        has_department: whether the ERP's mapping reads the department.
        accepted: sources whose new shape somebody accepts before the next run.
        counts: what happened to how many records.
    """

    def __init__(self, folder: Path, n_records: int, seed: int) -> None:
        self.kept, self.seen = folder / "kept", folder / "seen"
        self.counts: Counter[str] = Counter()
        self.day = TODAY
        self._n_records = n_records
        self._seed = seed
        self._rng = seeded(seed, "soak feed")
        self._dealer = Dealer(seed, "medium", TODAY)
        self._n_members = 0
        self.mishaps: dict[str, Callable[[Path], None]] = {}
        self.phones_are_numbers = False
        self.members_shown = 1.0
        self.email_column = self.mapped_email = "email"
        self.has_department = True
        self.accepted: list[str] = []
        self._poisoned: list[Submission] = []
        for place in (self.kept, self.seen, self.kept / "web_form"):
            place.mkdir(parents=True)
        self._first_day()

    def _first_day(self) -> None:
        dealt = by_source_of(self._dealer.deal(self._n_records))
        members = [self._member(record) for record in self._some(dealt["web_form"], _MEMBERS * 4)]
        self._tickets = TicketSystem(seeded(self._seed, "support"))
        with self._erp() as erp:
            erp.create()
        self._sources = Sources({source: [] for source in dealt}, members)
        self._arrive(dealt)

    def go_on(self, day: date, n_parts: int) -> None:
        """Let a part of a week happen: a `n_parts`-th of its arrivals, changes, deletions and orders."""
        self.day = day
        share = self._n_records / n_parts
        dealt = by_source_of(self._dealer.deal(max(4, int(share * _NEW)), day))
        for source in ("mail", "web_form"):
            customers = [record.subject for record in self._some_of("erp", share * _AGAIN)]
            dealt[source] += self._dealer.again(customers, source, day)
        self._arrive(dealt)
        self._change(share)
        self._delete(share)

    def show(self) -> None:
        """Put the sources as they are, or as harm has left them, where the projects read."""
        for source, name in FILES.items():
            kept, seen = self.kept / name, self.seen / name
            if seen.is_dir():
                shutil.rmtree(seen)
            seen.unlink(missing_ok=True)
            if source in self.mishaps:
                self.mishaps[source](seen)
            elif kept.is_dir():
                shutil.copytree(kept, seen)
            else:
                shutil.copyfile(kept, seen)

    def poison(self, n_rows: int = 30) -> None:
        """A batch of submissions, a third of them read in the wrong character set."""
        rows = [self._late_submission(number) for number in range(n_rows)]
        self._poisoned = rows
        broken = [row | {"name": _misread(row["name"])} if n % 3 == 0 else row for n, row in enumerate(rows)]
        self._write_poison(broken)

    def mend_poison(self) -> None:
        """The same batch as it should have been."""
        self._write_poison(self._poisoned)

    def add_erp_column(self, name: str) -> None:
        """The ERP gains a column with values."""
        with sqlite3.connect(self.kept / FILES["erp"]) as con:
            con.execute(f"alter table customers add column {name} varchar default 'A'")
        con.close()

    def write_members(self) -> None:
        """Write the members' file anew, whole or as much of it as is shown."""
        members = self._sources.members
        with (self.kept / FILES["members"]).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("member_no", "name", "kana", self.email_column, "phone", "birth_date"))
            for record in members[: int(len(members) * self.members_shown)]:
                values = (record.key, record.name, record.name_kana, record.email, record.phone, record.birth_date)
                writer.writerow(values)

    def _arrive(self, dealt: dict[str, list[DemoRecord]]) -> None:
        for source, records in dealt.items():
            self._sources.records[source] += records
            self.counts["arrived"] += len(records)
        write_mbox(
            self.kept / FILES["mail"], list(messages(self._seeded("mail"), dealt["mail"])), append=self.day != TODAY
        )
        self._submit(list(submissions(self._seeded("web_form"), dealt["web_form"])))
        self._tickets.add(dealt["support"])
        self._tickets.write(self.kept / FILES["support"])
        with self._erp() as erp:
            erp.add(dealt["erp"])
        if self.day != TODAY and dealt["web_form"]:
            self._sources.members.append(self._member(dealt["web_form"][0]))
        self.write_members()

    def _change(self, share: float) -> None:
        at = self._dealer.observer.moment(self.day)
        edited = [self._edited(record) for record in self._some_of("erp", share * _CHANGED)]
        users = [self._with_phone(record) for record in self._some_of("support", share * _CHANGED / 2)]
        with self._erp() as erp:
            erp.change(edited, at)
            erp.order_again([record.key for record in self._some_of("erp", share * _ACTIVE)], at)
        for record in users:
            self._tickets.change(record, at)
        for record in self._some_of("support", share * _ACTIVE / 2):
            self._tickets.ask(record, at)
        self._tickets.write(self.kept / FILES["support"])
        self._replace("erp", edited)
        self._replace("support", users)
        self.counts["changed"] += len(edited) + len(users)

    def _delete(self, share: float) -> None:
        gone = self._some_of("erp", share * _DELETED)
        back, self._sources.gone = self._sources.gone[:1], [*self._sources.gone[1:], *gone]
        names = {record.key for record in gone}
        self._sources.records["erp"] = [one for one in self._sources.records["erp"] if one.key not in names] + back
        with self._erp() as erp:
            erp.delete(sorted(names))
            erp.add(back)
        if len(self._sources.members) > 8:
            del self._sources.members[below(self._rng, len(self._sources.members))]
            self.write_members()
        self.counts["deleted"] += len(gone) + 1
        self.counts["came back"] += len(back)

    def _submit(self, rows: list[Submission]) -> None:
        path = self.kept / FILES["web_form"] / f"{self.day:%Y-%m}.jsonl"
        with path.open("a", encoding="utf-8", newline="\n") as file:
            for row in rows:
                shown = row | {"phone": _number(row["phone"])} if self.phones_are_numbers else row
                file.write(json.dumps(shown, ensure_ascii=False) + "\n")

    def _write_poison(self, rows: Sequence[Submission]) -> None:
        name = f"late-{self._poisoned[0]['submitted_at'][:10]}.jsonl"
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (self.kept / FILES["web_form"] / name).write_text(lines, encoding="utf-8", newline="\n")

    def _late_submission(self, number: int) -> Submission:
        digits = f"{self.day:%m%d}{number:04d}"
        return {
            "submission_id": f"late-{self.day:%Y%m%d}-{number}", "submitted_at": f"{self.day}T10:00:00+09:00",
            "name": "山田 花子", "kana": "ヤマダ ハナコ", "email": f"hanako{digits}@late.example.jp",
            "phone": f"090-{digits[:4]}-{digits[4:]}", "message": "資料をください",
        }  # fmt: skip

    def _member(self, record: DemoRecord) -> DemoRecord:
        self._n_members += 1
        return replace(record, key=f"M{self._n_members:06d}", phenomena=[])

    def _edited(self, record: DemoRecord) -> DemoRecord:
        if self._rng.random() < 0.5:
            return self._with_phone(record)
        address = japanese_address(self._rng, office=not record.is_person)
        written, building = split_address(address)
        return replace(record, address=written, building=building, postal_code=address.postal_code)

    def _with_phone(self, record: DemoRecord) -> DemoRecord:
        return replace(record, phone=mobile_phone(self._rng, _IN_JAPAN))

    def _replace(self, source: str, edited: Sequence[DemoRecord]) -> None:
        latest = {record.key: record for record in edited}
        self._sources.records[source] = [latest.get(one.key, one) for one in self._sources.records[source]]

    def _some_of(self, source: str, count: float) -> list[DemoRecord]:
        records = self._sources.records[source]
        return self._rng.sample(records, min(len(records), max(1, int(count))))

    def _some(self, records: Sequence[Item], share: float) -> list[Item]:
        return self._rng.sample(list(records), max(1, int(len(records) * share)))

    def _seeded(self, purpose: str) -> Random:
        return seeded(self._seed, f"{purpose} {self.day}")

    def _erp(self) -> Erp:
        return Erp(self.kept / FILES["erp"], self._seeded("erp"))


def days_of(week: int, n_parts: int) -> list[date]:
    """The days of a week on which something is delivered."""
    return [TODAY + timedelta(days=7 * week + 1 + part) for part in range(n_parts)]


def _misread(text: str) -> str:
    return text.encode().decode("cp932", errors="replace")


def _number(phone: str) -> str | int:  # a form's new plug-in writes numbers as numbers, and loses the zero
    digits = "".join(character for character in phone if character.isdigit())
    return int(digits) if digits else phone

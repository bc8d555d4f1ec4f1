"""Deal records to customers: the share of each source is exact, and every customer holds one to five records.

A shuffled deck holds one card per record, and each customer of the world, as it is made, draws its cards from the top.
"""

from collections.abc import Iterable
from datetime import date, datetime
from random import Random

from crm_pipelines.demo.chance import Weighted, noise_scale, seeded
from crm_pipelines.demo.companies import Companies, company_groups
from crm_pipelines.demo.observing import Observer
from crm_pipelines.demo.people import People, households
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.world import Organisation, Person, World

_SHARES = (("erp", 0.35), ("web_form", 0.25), ("support", 0.20), ("mail", 0.20))
_HAND: Weighted[int] = Weighted((1, 2, 3, 4, 5), (46, 31, 13, 6, 4))
_COMPANY_SHARE = 0.16  # of the draws; each brings organisations and their staff


class Dealer:
    """Makes a world and its records together; dealing again adds customers to the same world.

    Args:
        seed: same seed, same world.
        difficulty: easy, medium or hard.
        today: no record is younger than the day before.
    """

    def __init__(self, seed: int, difficulty: str, today: date) -> None:
        self.rng: Random = seeded(seed, "world")
        self.world = World()
        people = People(self.rng, today)
        self.observer = Observer(self.rng, noise_scale(difficulty), today)
        self._households = households(people, self.rng)
        self._companies = company_groups(Companies(self.rng, people))
        self._keys = _Keys(seed)

    def deal(self, n_records: int, on: date | None = None) -> list[DemoRecord]:
        """That many records about new customers, in key order of each source; all of one day if `on` is given."""
        deck = self._deck(n_records)
        records: list[DemoRecord] = []
        while deck:
            for customer in self._customers():
                size = min(_HAND.pick(self.rng), len(deck))
                hand, deck[-size:] = deck[len(deck) - size :], []
                if hand:
                    self._remember(customer)
                records += [self.observe(customer, source, self.observer.moment(on)) for source in hand]
        self._keys.give(records)
        return records

    def again(self, customers: Iterable[Person | Organisation], source: str, on: date) -> list[DemoRecord]:
        """One more record of one source for each of these customers, on that day."""
        records = [self.observe(customer, source, self.observer.moment(on)) for customer in customers]
        self._keys.give(records)
        return records

    def observe(self, customer: Person | Organisation, source: str, at: datetime) -> DemoRecord:
        """One record, without a key yet."""
        if isinstance(customer, Person):
            return self.observer.person(customer, source, at)
        return self.observer.organisation(customer, source, at)

    def _customers(self) -> list[Person | Organisation]:
        if self.rng.random() < _COMPANY_SHARE:
            organisations, staff = next(self._companies)
            return [*organisations, *staff]
        return [*next(self._households)]

    def _remember(self, customer: Person | Organisation) -> None:
        if isinstance(customer, Person):
            self.world.persons.append(customer)
        else:
            self.world.organisations.append(customer)

    def _deck(self, n_records: int) -> list[str]:
        counts = [int(n_records * share) for _, share in _SHARES]
        counts[0] += n_records - sum(counts)
        deck = [source for (source, _), count in zip(_SHARES, counts, strict=True) for _ in range(count)]
        self.rng.shuffle(deck)
        return deck


class _Keys:
    """Gives each record its source's key, in the order of time, so that keys of one customer are no neighbours."""

    def __init__(self, seed: int) -> None:
        self._rng = seeded(seed, "keys")
        self._last = dict.fromkeys(("erp", "web_form", "support", "mail"), 0)

    def give(self, records: list[DemoRecord]) -> None:
        records.sort(key=_in_order)
        for record in records:
            self._last[record.source] += 1 + int(self._rng.random() * 3)
            record.key = _key(record, self._last[record.source])


def _in_order(record: DemoRecord) -> tuple[str, datetime]:
    return record.source, record.observed_at


def _key(record: DemoRecord, number: int) -> str:
    if record.source == "erp":
        return f"{number:08d}"
    if record.source == "web_form":
        return f"WF-{record.observed_at:%Y%m%d}-{number:07d}"
    if record.source == "support":
        return str(360_000_000_000 + number * 20 + 17)
    host = record.email.rpartition("@")[2].lower()
    return f"{record.observed_at:%Y%m%d%H%M%S}.{number:08X}@{host}"

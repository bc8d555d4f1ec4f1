"""What people decide in the course of a year, laid down in the ledgers of both projects alike.

They answer questions from the queue, well or badly, change their minds, contradict each other, join and part records
that nobody asked about, fix values, record consents and refusals, and have persons forgotten.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.ids import suppression_digest
from crm_pipelines.stores.ledger.facts import NewConsent, NewDecision, NewPin, NewSuppression
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import published
from tests.soak.feed import TODAY
from tests.soak.projects import project_key

_STEWARD = "steward@midori.example.jp"
_PINNED = ("phone", "department", "email")
_QUESTIONS = """
    select question_id, record_ids_left, record_ids_right from review_queue
    order by priority desc, question_id limit 20"""
_RECORDS = "select record_id from standardised_records where customer_type = ? order by record_id"


class Stewards:
    """The people of one project, and their doubles at its twin.

    Args:
        roots: the projects; what people see is what the first has published.
        rng: their whims.
    """

    def __init__(self, roots: Sequence[Path], rng: Random) -> None:
        self.counts: Counter[str] = Counter()
        self.forgotten: list[str] = []
        self._roots = roots
        self._rng = rng
        self._n_entries = 0
        self._decided: list[str] = []
        self._pinned: list[str] = []

    def work(self, *, forgets: bool) -> None:
        """A day at the desk; `forgets`: somebody asks to be forgotten."""
        ways: list[Callable[[], None]] = [self._answer, self._answer, self._decide, self._pin, self._consent]
        for way in self._rng.sample(ways, 3):
            way()
        if forgets:
            self._forget()

    def _answer(self) -> None:
        found = published(self._roots[0], _QUESTIONS)
        if not found:
            return
        question, left, right = self._rng.choice(found)
        judgement = self._rng.choice((Judgement.MATCH, Judgement.NO_MATCH, Judgement.NO_MATCH, Judgement.UNSURE))
        self._record_decision(judgement, left, right, question_id=question)

    def _decide(self) -> None:
        """Two records out of the blue, or a change of mind."""
        kind = self._rng.choice(("person", "organisation"))
        records = [record for (record,) in published(self._roots[0], _RECORDS, [kind])]
        if len(records) < 2:
            return
        left, right = self._rng.sample(records, 2)
        judgement = self._rng.choice((Judgement.MATCH, Judgement.NO_MATCH))
        revoked = self._decided.pop(0) if len(self._decided) > 3 and self._rng.random() < 0.5 else None
        self._record_decision(judgement, [left], [right], supersedes=revoked)

    def _record_decision(
        self,
        judgement: Judgement,
        left: Sequence[str],
        right: Sequence[str],
        *,
        question_id: str | None = None,
        supersedes: str | None = None,
    ) -> None:
        name, at = self._next()
        decision = NewDecision(
            judgement=judgement, record_ids_left=tuple(left), record_ids_right=tuple(right), steward=_STEWARD,
            decided_at=at, question_id=question_id, supersedes=supersedes, decision_id=name,
        )  # fmt: skip
        self._everywhere(lambda ledger: ledger.record_decision(decision))
        self._decided.append(name)
        self.counts["decisions superseded" if supersedes else f"decisions {judgement.value}"] += 1

    def _pin(self) -> None:
        members = published(
            self._roots[0],
            """select golden_id, list_sort(list(record_id)) from crosswalk
               where valid_to is null group by golden_id order by golden_id""",
        )
        if not members:
            return
        name, at = self._next()
        lifts = self._pinned.pop(0) if len(self._pinned) > 4 else None
        attribute = self._rng.choice(_PINNED)
        pin = NewPin(
            record_ids=tuple(self._rng.choice(members)[1]), attribute=attribute, value=f"pinned-{name}",
            steward=_STEWARD, pinned_at=at, lifts=lifts, pin_id=name,
        )  # fmt: skip
        self._everywhere(lambda ledger: ledger.record_pin(pin))
        self._pinned.append(name)
        self.counts["pins"] += 1

    def _consent(self) -> None:
        kind = self._rng.choice(("person", "organisation"))
        records = [record for (record,) in published(self._roots[0], _RECORDS, [kind])]
        if not records:
            return
        name, at = self._next()
        consent = NewConsent(
            record_id=self._rng.choice(records), purpose="marketing", channel=self._rng.choice(("email", "phone")),
            granted=self._rng.random() < 0.5, obtained_at=at, recorded_by=_STEWARD, recorded_at=at, consent_id=name,
        )  # fmt: skip
        self._everywhere(lambda ledger: ledger.record_consent(consent))
        self.counts["consents"] += 1

    def _forget(self) -> None:
        found = published(
            self._roots[0],
            "select distinct unnest(email_keys) from standardised_records where customer_type = 'person' order by 1",
        )
        if not found:
            return
        email = str(self._rng.choice(found)[0])
        name, at = self._next()
        suppression = NewSuppression(
            digest=suppression_digest(project_key(), "email", email), kind="email", recorded_by=_STEWARD,
            recorded_at=at, reason="erasure", suppression_id=name,
        )  # fmt: skip
        self._everywhere(lambda ledger: ledger.record_suppression(suppression))
        self.forgotten.append(email)
        self.counts["suppressions"] += 1

    def _everywhere(self, record: Callable[[Ledger], object]) -> None:
        for root in self._roots:
            with open_ledger(ProjectPaths(root).ledger_url) as ledger:
                record(ledger)

    def _next(self) -> tuple[str, datetime]:
        """Name and time of an entry; the time is the world's and only rises."""
        self._n_entries += 1
        at = datetime.combine(TODAY, time(9), UTC) + timedelta(minutes=self._n_entries)
        return f"entry-{self._n_entries:05d}", at

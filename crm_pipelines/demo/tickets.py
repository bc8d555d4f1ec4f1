"""The export of a Zendesk-like ticket system: users, organisations, tickets in one JSON document."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from crm_pipelines.demo import letters
from crm_pipelines.demo.chance import Weighted, below, one_of
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.world import Organisation, Person

Row = dict[str, Any]

_STATUS: Weighted[str] = Weighted(("solved", "closed", "open", "pending", "new", "hold"), (40, 30, 12, 10, 6, 2))
_CHANNEL: Weighted[str] = Weighted(("email", "web", "api", "voice", "chat"), (50, 25, 8, 10, 7))
_SCORE: Weighted[str] = Weighted(("unoffered", "offered", "good", "bad"), (45, 25, 24, 6))
_N_TICKETS: Weighted[int] = Weighted((0, 1, 2, 3, 6), (8, 55, 22, 12, 3))
_SHARES_ORGANISATION = 0.85  # a colleague is put under the organisation that exists already


class TicketSystem:
    """Users, organisations and tickets as the ticket system holds them; grows from day to day."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._users: dict[str, Row] = {}
        self._organisations: dict[str, list[Row]] = {}
        self._tickets: list[Row] = []
        self._agents = [_agent(number, *agent) for number, agent in enumerate(letters.AGENTS)]
        self._n_organisations = 0

    def add(self, records: Iterable[DemoRecord]) -> None:
        """Add a user for each record, with tickets; the organisation's name there becomes the record's company."""
        for record in records:
            organisation = self._organisation(record)
            self._users[record.key] = _user(record, organisation)
            for _ in range(_N_TICKETS.pick(self._rng)):
                self._ticket(record, organisation, record.observed_at + timedelta(hours=below(self._rng, 4000)))

    def change(self, record: DemoRecord, at: datetime) -> None:
        """Write the record's values over its user, updated at that time."""
        self._users[record.key] |= {
            "name": record.name,
            "email": record.email or None,
            "phone": record.phone or None,
            "updated_at": _utc(at),
        }

    def ask(self, record: DemoRecord, at: datetime) -> None:
        """A further ticket of a known user."""
        self._ticket(record, None, at, status="new")

    @property
    def n_tickets(self) -> int:
        """How many tickets there are."""
        return len(self._tickets)

    def write(self, path: Path) -> None:
        """Write the whole export in UTF-8, replacing an older one; rows in the order of their creation."""
        export = {
            "users": [*self._agents, *self._users.values()],
            "organizations": [row for rows in self._organisations.values() for row in rows],
            "tickets": self._tickets,
        }
        path.write_text(json.dumps(export, ensure_ascii=False, indent=0), encoding="utf-8", newline="\n")

    def _organisation(self, record: DemoRecord) -> Row | None:
        entity = record.employer or (record.subject if isinstance(record.subject, Organisation) else None)
        if entity is None or not record.company:
            return None
        known = self._organisations.setdefault(entity.entity_id, [])
        if not known or self._rng.random() > _SHARES_ORGANISATION:
            self._n_organisations += 1
            known.append(
                {
                    "id": 370_000_000_000 + self._n_organisations * 13,
                    "external_id": None,
                    "name": record.company,
                    "domain_names": [entity.domain] if self._rng.random() < 0.8 else [],
                    "created_at": _utc(record.observed_at),
                    "updated_at": _utc(record.observed_at),
                }
            )
        record.company = known[0]["name"]
        return known[0]

    def _ticket(self, record: DemoRecord, organisation: Row | None, at: datetime, status: str = "") -> None:
        rng = self._rng
        self._tickets.append(
            {
                "id": 100_001 + len(self._tickets),
                "requester_id": int(record.key),
                "submitter_id": int(record.key),
                "assignee_id": one_of(rng, self._agents)["id"],
                "organization_id": organisation["id"] if organisation else self._users[record.key]["organization_id"],
                "subject": letters.subject(rng, record),
                "description": letters.inquiry(rng, record),
                "status": status or _STATUS.pick(rng),
                "priority": one_of(rng, ("low", "normal", "normal", "high", "urgent", None)),
                "type": one_of(rng, ("question", "incident", "task", None)),
                "via": {"channel": _CHANNEL.pick(rng)},
                "tags": [],
                "satisfaction_rating": {"score": _SCORE.pick(rng)},
                "created_at": _utc(at),
                "updated_at": _utc(at + timedelta(hours=below(rng, 200))),
            }
        )


def _user(record: DemoRecord, organisation: Row | None) -> Row:
    at_home = not isinstance(record.subject, Person) or record.subject.name.script == "japanese"
    return {
        "id": int(record.key),
        "external_id": None,
        "name": record.name or record.email,
        "email": record.email or None,
        "phone": record.phone or None,
        "role": "end-user",
        "organization_id": organisation["id"] if organisation else None,
        "active": True,
        "suspended": False,
        "locale": "ja" if at_home else "en-US",
        "time_zone": "Asia/Tokyo",
        "created_at": _utc(record.observed_at),
        "updated_at": _utc(record.observed_at),
    }


def _agent(number: int, name: str, local: str) -> Row:
    created = "2019-04-01T00:00:00Z"
    return {
        "id": 900_000_000 + number,
        "external_id": None,
        "name": name,
        "email": f"{local}@midori-tsuhan.example.jp",
        "phone": letters.DESK_PHONE,
        "role": "admin" if number == 0 else "agent",
        "organization_id": None,
        "active": True,
        "suspended": False,
        "locale": "ja",
        "time_zone": "Asia/Tokyo",
        "created_at": created,
        "updated_at": created,
    }


def _utc(at: datetime) -> str:
    return f"{(at - timedelta(hours=9)).isoformat()}Z"

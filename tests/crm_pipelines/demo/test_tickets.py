import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.tickets import TicketSystem


@pytest.fixture
def records() -> list[DemoRecord]:
    return [record for record in Dealer(4, "medium", date(2026, 4, 1)).deal(1500) if record.source == "support"]


@pytest.fixture
def system(records: list[DemoRecord]) -> TicketSystem:
    tickets = TicketSystem(seeded(4, "support"))
    tickets.add(records)
    return tickets


def export(system: TicketSystem, folder: Path) -> dict[str, list[dict[str, Any]]]:
    system.write(folder / "tickets_export.json")
    found: dict[str, list[dict[str, Any]]] = json.loads((folder / "tickets_export.json").read_text("utf-8"))
    return found


def test_users_are_the_records_and_some_agents(system: TicketSystem, records: list[DemoRecord], tmp_path: Path) -> None:
    users = export(system, tmp_path)["users"]
    assert {str(user["id"]) for user in users if user["role"] == "end-user"} == {record.key for record in records}
    assert {user["role"] for user in users} == {"end-user", "agent", "admin"}


def test_every_reference_resolves(system: TicketSystem, tmp_path: Path) -> None:
    found = export(system, tmp_path)
    users = {user["id"] for user in found["users"]}
    organisations = {row["id"] for row in found["organizations"]} | {None}
    assert {ticket["requester_id"] for ticket in found["tickets"]} <= users
    assert {row["organization_id"] for row in (*found["users"], *found["tickets"])} <= organisations
    assert len({ticket["id"] for ticket in found["tickets"]}) == len(found["tickets"]) == system.n_tickets


def test_the_record_bears_the_company_its_user_is_under(
    system: TicketSystem, records: list[DemoRecord], tmp_path: Path
) -> None:
    found = export(system, tmp_path)
    names = {row["id"]: row["name"] for row in found["organizations"]}
    under = {str(user["id"]): names.get(user["organization_id"], "") for user in found["users"]}
    assert any(under.values())
    assert all(under[record.key] == record.company for record in records)


def test_times_are_utc(system: TicketSystem, records: list[DemoRecord], tmp_path: Path) -> None:
    users = {str(user["id"]): user for user in export(system, tmp_path)["users"]}
    stamp = datetime.fromisoformat(users[records[0].key]["updated_at"].removesuffix("Z"))
    assert (records[0].observed_at - stamp).total_seconds() == 9 * 3600


def test_a_changed_user_has_a_new_time(system: TicketSystem, records: list[DemoRecord], tmp_path: Path) -> None:
    records[0].phone = "090-1111-2222"
    system.change(records[0], datetime.fromisoformat("2026-04-02T09:00"))
    user = next(user for user in export(system, tmp_path)["users"] if str(user["id"]) == records[0].key)
    assert (user["phone"], user["updated_at"]) == ("090-1111-2222", "2026-04-02T00:00:00Z")


def test_asking_again_adds_a_ticket(system: TicketSystem, records: list[DemoRecord]) -> None:
    before = system.n_tickets
    system.ask(records[0], datetime.fromisoformat("2026-04-02T09:00"))
    assert system.n_tickets == before + 1

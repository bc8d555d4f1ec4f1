"""A page of the audit log: what it is narrowed to, its rows, and whether the chain is whole."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from crm_pipelines.stores.ledger.audit import PAGE, Action, AuditFilter, AuditRow
from crm_pipelines.stores.ledger.audit_check import AuditReport
from crm_pipelines.stores.ledger.staff import Member
from crm_pipelines.web.web_state import Desk


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the log.

    Attributes:
        asked: what was asked for, by name of the field; as typed.
        rows: the latest first.
        following: address of the next page; None at the end.
        members: who can be chosen.
        report: on the end of the chain.
    """

    asked: Mapping[str, str]
    rows: Sequence[AuditRow]
    following: str | None
    members: Sequence[Member]
    report: AuditReport

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be chosen."""
        return tuple(Action)


def audit_view(desk: Desk, asked: Mapping[str, str], zone: ZoneInfo, now: datetime) -> AuditView:
    """Work a page of the log out.

    Args:
        desk: with the log.
        asked: `person`, `action`, `customer`, `since`, `until` (dates, both inclusive), `before`; what means nothing
            is passed over.
        zone: of the dates.
        now: aware.
    """
    rows = desk.audit.rows(replace(_filter(asked, zone), limit=PAGE + 1))
    following = None
    if len(rows) > PAGE:
        kept = {name: value for name, value in asked.items() if value and name != "before"}
        following = "/audit?" + urlencode({**kept, "before": rows[PAGE - 1].seq})
    return AuditView(asked, rows[:PAGE], following, desk.staff.members(now), desk.check_audit())


def _filter(asked: Mapping[str, str], zone: ZoneInfo) -> AuditFilter:
    wanted = AuditFilter(person_id=asked["person"] or None, customer_id=asked["customer"].strip().upper() or None)
    with suppress(ValueError):
        wanted = replace(wanted, action=Action(asked["action"]))
    with suppress(ValueError, OverflowError):
        wanted = replace(wanted, since=_midnight(asked["since"], zone))
    with suppress(ValueError, OverflowError):
        wanted = replace(wanted, until=_midnight(asked["until"], zone, days=1))
    with suppress(ValueError):
        wanted = replace(wanted, before=int(asked["before"][:18]))
    return wanted


def _midnight(text: str, zone: ZoneInfo, days: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), zone)

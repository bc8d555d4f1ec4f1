"""What is told, to whom, how often and when: one open alert per condition."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_pipelines.alerts.book import open_alerts
from crm_pipelines.alerts.telling import quiet_until
from crm_pipelines.model.alerting import AlertSeverity, Observation
from crm_pipelines.rules.alerts import QuietHours
from tests.crm_pipelines.alerts.conftest import TOKYO, Desk, failing

CHAT = {"kind": "slack", "url": "https://hooks.example.com/T/x"}
ALL = {"channels": {"chat": CHAT}, "routes": {"all": {"channels": ["chat"]}}}


def sent(desk: Desk) -> None:
    """Everything that waits has gone out."""
    with desk.book() as book:
        while (message := book.take("chat", desk.now)) is not None:
            book.sent(message, desk.now)


def test_a_condition_is_told_once_however_often_it_is_seen(desk: Desk) -> None:
    desk.configure(**ALL)
    for _ in range(5):
        desk.look(failing())
        desk.pass_by(minutes=10)
    assert desk.events() == [("chat", "opened")]
    assert len(open_alerts(desk.path)) == 1


def test_what_is_still_so_is_told_again_after_the_stated_time_and_once(desk: Desk) -> None:
    desk.configure(**ALL, remind_after_hours=4)
    desk.look(failing())
    sent(desk)
    desk.pass_by(hours=3, minutes=59)
    desk.look(failing())
    assert desk.events() == []
    desk.pass_by(minutes=1)
    desk.look(failing())
    desk.look(failing())
    assert desk.events() == [("chat", "reminder")]


def test_no_reminder_comes_before_the_first_message_has_gone_out(desk: Desk) -> None:
    desk.configure(**ALL, remind_after_hours=1)
    desk.look(failing())
    desk.pass_by(hours=2)
    desk.look(failing())
    assert desk.events() == [("chat", "opened")]


def test_whoever_was_told_hears_that_it_has_passed(desk: Desk) -> None:
    desk.configure(**ALL)
    desk.look(failing())
    sent(desk)
    desk.look()
    assert desk.events() == [("chat", "resolved")]
    assert open_alerts(desk.path) == []
    desk.look(failing())
    assert desk.events() == [("chat", "resolved"), ("chat", "opened")]


def test_what_passed_before_anybody_heard_of_it_is_not_told_at_all(desk: Desk) -> None:
    desk.configure(**ALL)
    desk.look(failing())
    desk.look()
    assert desk.events() == []


def test_nothing_of_another_scope_passes_because_it_was_not_looked_at(desk: Desk) -> None:
    desk.configure(**ALL)
    desk.look(failing(), scope="sources")
    desk.look(scope="checks")
    assert len(open_alerts(desk.path)) == 1


def test_what_grows_worse_is_told_at_once(desk: Desk) -> None:
    desk.configure(**ALL)
    desk.look(failing(severity=AlertSeverity.WARNING))
    sent(desk)
    desk.look(failing(severity=AlertSeverity.CRITICAL))
    desk.look(failing(severity=AlertSeverity.WARNING))
    assert desk.events() == [("chat", "worse")]


@pytest.mark.parametrize(
    ("route", "is_told"),
    [
        ({}, True),
        ({"severities": ["critical"]}, True),
        ({"severities": ["warning"]}, False),
        ({"sources": ["erp"]}, True),
        ({"sources": ["mail"]}, False),
        ({"owners": ["sales"]}, True),
        ({"owners": ["data"]}, False),
        ({"sources": ["erp"], "owners": ["data"]}, False),
    ],
)
def test_a_route_takes_what_it_names(desk: Desk, route: dict[str, Any], is_told: bool) -> None:
    desk.configure(channels={"chat": CHAT}, routes={"one": {**route, "channels": ["chat"]}}, owners={"erp": "sales"})
    desk.look(failing())
    assert desk.events() == ([("chat", "opened")] if is_told else [])
    assert open_alerts(desk.path)[0].owner == "sales"


def test_a_channel_of_two_routes_is_told_once_in_the_language_of_the_first(desk: Desk) -> None:
    routes = {"a": {"channels": ["chat"], "language": "en"}, "b": {"channels": ["chat"], "language": "ja"}}
    desk.configure(channels={"chat": CHAT}, routes=routes)
    desk.look(failing())
    with desk.book() as book:
        assert [one.language for one in book.waiting()] == ["en"]


def test_names_of_files_stay_inside(desk: Desk) -> None:
    desk.configure(**ALL)
    desk.look(failing(file="山田太郎.csv", position="山田太郎.csv:3"))
    facts = open_alerts(desk.path)[0].condition.cause.facts
    assert "山田" not in str(facts)
    assert facts["host"] == "erp.example.jp"


def tokyo(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (("22:00", "07:00"), tokyo(21, 59), tokyo(21, 59)),
        (("22:00", "07:00"), tokyo(22), tokyo(7, day=2)),
        (("22:00", "07:00"), tokyo(3, day=2), tokyo(7, day=2)),
        (("22:00", "07:00"), tokyo(7, day=2), tokyo(7, day=2)),
        (("12:00", "13:00"), tokyo(12, 30), tokyo(13)),
        (("12:00", "13:00"), tokyo(13), tokyo(13)),
    ],
)
def test_messages_wait_until_the_quiet_hours_are_over(hours: tuple[str, str], now: datetime, until: datetime) -> None:
    quiet = QuietHours.model_validate({"begin": hours[0], "end": hours[1]})
    assert quiet_until(quiet, AlertSeverity.WARNING, now.astimezone(UTC), TOKYO) == until
    assert quiet_until(quiet, AlertSeverity.CRITICAL, now, TOKYO) == now  # what cannot wait breaks through


def test_quiet_hours_without_a_break_keep_everything(desk: Desk) -> None:
    quiet = {"begin": "11:00", "end": "13:00", "break_through": None}
    desk.configure(**ALL, quiet_hours=quiet)
    desk.look(failing())
    with desk.book() as book:
        assert book.take("chat", desk.now) is None
        desk.pass_by(hours=1)
        assert book.take("chat", desk.now) is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(["erp", "mail", "form"])), max_size=8))
def test_what_is_open_is_always_what_was_found_last(desk: Desk, looks: list[set[str]]) -> None:
    desk.configure(**ALL)
    for found in looks:
        desk.pass_by(minutes=5)
        desk.take_in([Observation("sources", [failing(name) for name in sorted(found)])])
        assert {one.condition.subject for one in open_alerts(desk.path)} == found

"""`crm-pipelines alerts`: what is open, whether a channel works, and what waits, sent now."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import CrmPipelinesError, Fault
from crm_pipelines.rules.load import LoadedProject

if TYPE_CHECKING:
    from crm_pipelines.alerts.book import Alert, Message

_OPEN = ("severity", "condition", "alert_owner", "opened_at", "cause")
_PASSED = ("severity", "condition", "alert_owner", "opened_at", "resolved_at")
_WAITING = ("channel", "event", "condition", "next_try_at", "n_tries", "error")
_GIVEN_UP_DAYS = 30


def list_(
    context: typer.Context,
    passed: Annotated[bool, typer.Option("--passed", help="cli.alerts.list.passed")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="cli.alerts.list.limit")] = 50,
) -> int:
    """Show what is open, and what is still to be sent."""
    from crm_pipelines.alerts.book import AlertBook  # noqa: PLC0415 - only this command needs it
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    call = invocation_of(context)
    loaded = call.load_project()
    path = ProjectPaths(loaded.root).alerts
    if not path.exists():
        call.output.line("alert.never_looked")
        call.output.value("alerts", [])
        return FINE
    with AlertBook.opened(path) as book:
        alerts, waiting = book.alerts(is_open=not passed, limit=limit), book.waiting()
        lost = book.given_up(datetime.now(UTC) - timedelta(days=_GIVEN_UP_DAYS))
    if alerts or call.output.as_json:
        call.output.table("alerts", _PASSED if passed else _OPEN, [_alert_row(call, loaded, one) for one in alerts])
    if not passed:
        call.output.line("alert.open" if alerts else "alert.none", n_alerts=len(alerts))
    _tell_messages(call, loaded, "alert_messages", waiting)
    _tell_messages(call, loaded, "alert_lost", lost)
    if not loaded.rules.alerts.channels:
        call.output.line("alert.no_channel")
    return FINE


def test(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="cli.alerts.test.channel", show_default=False)],
) -> int:
    """Send a message that is marked as a test; say why it was not taken."""
    call = invocation_of(context)
    loaded = call.load_project()
    found = loaded.rules.alerts.channels.get(channel)
    if found is None:
        known = ", ".join(loaded.rules.alerts.channels) or "-"
        raise RefusedInputError("alert.no_such_channel", channel=channel, known=known)
    from assets.alerting import sender_of  # noqa: PLC0415 - httpx is slow to import
    from crm_pipelines.alerts.posting import ChannelError  # noqa: PLC0415 - as above

    try:
        note = sender_of(loaded).send(found, _trial(channel, found.language or call.language), is_test=True)
    except (ChannelError, OSError) as error:
        reason = (
            error.fault if isinstance(error, CrmPipelinesError) else Fault("alert.broke", {"kind": str(error.errno)})
        )
        call.output.value("is_sent", False)
        call.output.value("reason", {"code": reason.code, "facts": dict(reason.facts)})
        call.output.line(reason.code, **reason.facts)
        call.output.line("alert.test_failed", channel=channel)
        return HELD
    call.output.value("is_sent", True)
    if note is not None:
        call.output.line(note.code, **note.facts)
    call.output.line("alert.test_sent", channel=channel)
    return FINE


def send(context: typer.Context) -> int:
    """Look at how things stand now, and send all that is due; for a clock of one's own."""
    call = invocation_of(context)
    loaded = call.load_project()
    from assets.alerting import look_after  # noqa: PLC0415 - httpx and DuckDB are slow to import

    done = look_after(loaded)
    call.output.value("n_sent", done.n_sent)
    call.output.line("alert.sent", n_messages=done.n_sent)
    errors: list[dict[str, Cell]] = [{"channel": name, "error": error} for name, error in done.errors.items()]
    if errors or call.output.as_json:
        call.output.table("alert_errors", ("channel", "error"), errors)
    return HELD if errors else FINE


COMMANDS = {"list": list_, "test": test, "send": send}


def _trial(channel: str, language: str) -> "Message":
    """A message about nothing."""
    from crm_pipelines.alerts.book import Alert, Event, Message, new_message_id  # noqa: PLC0415
    from crm_pipelines.model.alerting import AlertSeverity, Condition  # noqa: PLC0415

    now = datetime.now(UTC)
    condition = Condition(code="trial", severity=AlertSeverity.WARNING, cause=Fault("alert.cause.trial"))
    name = new_message_id()
    return Message(name, Alert(name[:16], condition, now, now, now, None), Event.OPENED, channel, language, now, now)


def _tell_messages(call: Invocation, loaded: LoadedProject, table: str, messages: "Sequence[Message]") -> None:
    if messages or call.output.as_json:
        call.output.table(table, _WAITING, [_message_row(call, loaded, one) for one in messages])


def _alert_row(call: Invocation, loaded: LoadedProject, alert: "Alert") -> dict[str, Cell]:
    from crm_pipelines.alerts.wording import condition_name, in_zone, owner_words  # noqa: PLC0415 - as above

    condition, zone = alert.condition, ZoneInfo(loaded.project.timezone)
    return {
        "alert_id": alert.alert_id,
        "severity": Fault(f"alert.severity.{condition.severity.value}") if not call.output.as_json
        else condition.severity.value,
        "code": condition.code,
        "condition": condition_name(condition, call.language),
        "subject": condition.subject,
        "source": condition.source,
        "alert_owner": alert.owner if call.output.as_json else owner_words(alert.owner, call.language),
        "opened_at": _at(alert.opened_at, zone),
        "told_at": _at(alert.told_at, zone),
        "resolved_at": _at(alert.resolved_at, zone),
        "cause": in_zone(condition.cause, zone),
        "page": condition.page,
    }  # fmt: skip


def _message_row(call: Invocation, loaded: LoadedProject, message: "Message") -> dict[str, Cell]:
    from crm_pipelines.alerts.wording import condition_name  # noqa: PLC0415 - as above

    return {
        "message_id": message.message_id,
        "channel": message.channel,
        "event": message.event.value if call.output.as_json else Fault(f"alert.event.{message.event.value}"),
        "condition": condition_name(message.alert.condition, call.language),
        "next_try_at": _at(message.not_before, ZoneInfo(loaded.project.timezone)),
        "n_tries": message.n_tries,
        "error": message.error,
    }


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="minutes")

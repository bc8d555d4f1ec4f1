"""What follows a run, and is no part of it: alerts are opened, told and closed, rows that lay too long expire.

Nothing here can fail a run or hold it for longer than a channel may be silent. What could not be sent waits in the book
of alerts for the next run, the applier or `crm-pipelines alerts send`.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crm_pipelines.alerts.book import AlertBook
from crm_pipelines.alerts.channels import Sender
from crm_pipelines.alerts.dispatch import Dispatcher, Sent
from crm_pipelines.alerts.telling import Telling
from crm_pipelines.alerts.wording import Writer
from crm_pipelines.model.alerting import AlertSeverity, Condition, Observation
from crm_pipelines.model.errors import CrmPipelinesError, LockHeldError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine_desk import QuarantineDesk
from crm_pipelines.stores.standing_audit import AUDIT, audit_observation
from crm_pipelines.stores.standing_conditions import Patience, standing_conditions

_LOGGER = logging.getLogger("crm_pipelines.alerts")
_REFUSALS = "refusals"


def after_run(loaded: LoadedProject) -> None:
    """Look at what a run left behind and tell of it; whatever goes wrong here is written down and nothing else."""
    _without_harm(loaded, (Observation(_REFUSALS),))


def after_refusal(loaded: LoadedProject, error: CrmPipelinesError) -> None:
    """Tell of a run that could not even begin; one that found the project taken is none."""
    if isinstance(error, LockHeldError):
        return
    refused = Condition(code="run_refused", severity=AlertSeverity.CRITICAL, cause=error.fault)
    _without_harm(loaded, (Observation(_REFUSALS, (refused,)),))


def _without_harm(loaded: LoadedProject, found: Sequence[Observation]) -> None:
    try:
        look_after(loaded, found)
    except CrmPipelinesError as error:
        _LOGGER.warning("%s", error.code)
    except Exception as error:  # noqa: BLE001 - alerts are no part of the run; its text may quote a value
        _LOGGER.warning("%s", type(error).__name__)


def look_after(loaded: LoadedProject, found: Sequence[Observation] = (), now: datetime | None = None) -> Sent:
    """Look at how things stand, write down what is to be told, and send what is due.

    Args:
        loaded: the project.
        found: what the caller has looked at itself.
        now: None: the time.

    Raises:
        StoreError: the book, the operations file or the ledger cannot be read.
    """
    now = now or datetime.now(UTC)
    _expire(loaded, now)
    rules, paths = loaded.rules, ProjectPaths(loaded.root)
    patience = Patience(
        rules.alerts.tell_failures_from,
        timedelta(minutes=rules.alerts.late_after_minutes),
        timedelta(days=rules.quarantine.tell_after_days),
    )
    observations = [*found, *standing_conditions(paths, patience, now)]
    with AlertBook.opened(paths.alerts) as book:
        observations += _audit(loaded, book, now)
        telling_of(loaded).take_in(book, observations, now)
    return dispatcher_of(loaded).send_waiting()


def _expire(loaded: LoadedProject, now: datetime) -> None:
    """Drop what lay in quarantine longer than the rules allow; the next run takes it in."""
    if loaded.rules.quarantine.expire_after_days is None:
        return
    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        QuarantineDesk(loaded, ledger).expire(now)


def _audit(loaded: LoadedProject, book: AlertBook, now: datetime) -> list[Observation]:
    """The audit log, if it is time to check it again."""
    last = book.noted(AUDIT)
    if last is not None and last <= now < last + timedelta(hours=loaded.rules.alerts.verify_audit_hours):
        return []
    found = audit_observation(located(loaded.project.stores.ledger_url, loaded.root))
    book.note(AUDIT, now)
    return [found]


def telling_of(loaded: LoadedProject) -> Telling:
    """By which rules a project's alerts are told."""
    return Telling(loaded.rules.alerts, loaded.project.language, ZoneInfo(loaded.project.timezone))


def sender_of(loaded: LoadedProject) -> Sender:
    """What sends a project's messages."""
    zone = ZoneInfo(loaded.project.timezone)
    return Sender(loaded.root, Writer(loaded.root.name, zone, loaded.rules.alerts.pages))


def dispatcher_of(loaded: LoadedProject) -> Dispatcher:
    """What sends all of a project's messages that wait."""
    rules, path = loaded.rules.alerts, ProjectPaths(loaded.root).alerts
    return Dispatcher(path, rules.channels, sender_of(loaded), timedelta(hours=rules.give_up_after_hours))

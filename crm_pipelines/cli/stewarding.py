"""What the commands of a steward share: the publication with the ledger, the signature, and how a change is told."""

import os
import pwd
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.messages.reasons import reason_told
from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError, ContractError, Fact, Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.foresight import Foresight, Outlook
from crm_pipelines.stores.held_rows import reason_held
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_versions import open_version
from crm_pipelines.stores.record_names import RecordNames
from crm_pipelines.stores.review_desk import ReviewDesk
from crm_pipelines.stores.stewardship import Proposal, Signature, outlook, record
from crm_pipelines.stores.subjects import Subject, find_subject

ANSWERS = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH, "unsure": Judgement.UNSURE}
_LONGEST_NAME = 200
_USER_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")  # as Python's getpass.getuser
_DECISIONS = ("decision_id", "judgement", "steward", "decided_at", "records_left", "records_right", "why", "effect")


@dataclass(frozen=True, slots=True)
class Stewarding:
    """One look at a project: its current publication and its ledger.

    Attributes:
        call: of the command.
        loaded: the project.
        version: of the publication.
        con: the publication.
        ledger: open for writing.
        desk: both, as a steward meets them.
    """

    call: Invocation
    loaded: LoadedProject
    version: str
    con: duckdb.DuckDBPyConnection
    ledger: Ledger
    desk: ReviewDesk

    @property
    def zone(self) -> ZoneInfo:
        """Of the times that are shown."""
        return ZoneInfo(self.loaded.project.timezone)

    def evidence(self) -> PairEvidence:
        """The scored pairs of the publication and the model that scored them.

        Raises:
            RefusedInputError: the publication was made with a model that this program cannot read any more.
        """
        try:
            return PairEvidence.of(self.con, ModelStore(ProjectPaths(self.loaded.root).models))
        except ContractError as error:  # levels have come since that its model does not know
            raise RefusedInputError("explain.older_model", [error.fault]) from None

    def outlook(self, proposal: Proposal) -> Outlook:
        """What a change would do."""
        return outlook(self.desk, proposal, Foresight.of(self.con, self.loaded, self.evidence().model))

    def subjects(self, written: Sequence[str]) -> list[Subject]:
        """Whom ids speak of, retired ones followed to where they lead.

        Raises:
            RefusedInputError: an id that was never published, with the reason when its row was held back.
        """
        names = RecordNames.of(self.loaded)
        faults, found = [], []
        for place, name in enumerate(map(names.record_id, written), 1):
            subject = find_subject(self.con, name)
            if subject is not None:
                found.append(subject)
                continue
            reason = reason_held(ProjectPaths(self.loaded.root), name)
            code = "explain.unknown" if reason is None else "explain.held_back"
            faults.append(Fault(code, {"argument": f"ID {place}", "reason": reason}))
        if faults:
            raise RefusedInputError("explain.unknown_ids", faults)
        return found


@contextmanager
def stewarding(call: Invocation) -> Iterator[Stewarding]:
    """Open the current publication and the ledger as they stand now."""
    loaded = call.load_project()
    version, con = open_version(ProjectPaths(loaded.root), None)
    with con, open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        work = Stewarding(call, loaded, version, con, ledger, ReviewDesk(con, ledger.decisions()))
        try:
            yield work
        except ConflictError as error:
            if error.code == "stewardship.contradicts":
                call.output.line("cli.steward.contradicts")
            raise ConflictError(error.code, **_in_zone(error.facts, work.zone)) from error


def _in_zone(facts: Mapping[str, Fact], zone: ZoneInfo) -> dict[str, Fact]:
    """Facts with their day and hour as the project's clocks show it."""
    found = dict(facts)
    if isinstance(moment := found.get("decided_at"), str):
        found["decided_at"] = datetime.fromisoformat(moment).astimezone(zone).isoformat(timespec="seconds")
    return found


def signature(call: Invocation, steward: str | None, reason: str | None) -> Signature:
    """Who decides, now.

    Raises:
        RefusedInputError: nobody was named, and the environment names nobody either.
    """
    name = " ".join((steward or _user(call)).split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise RefusedInputError("review.no_steward", n_most=_LONGEST_NAME)
    return Signature(name, datetime.now(UTC), (reason or "").strip() or None)


def _user(call: Invocation) -> str:
    """The user of this computer, by the environment or by its accounts; empty when neither knows."""
    variables = (call.environment.get(name) for name in _USER_VARIABLES)
    try:
        return next(filter(None, variables), None) or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def carry_out(work: Stewarding, proposal: Proposal, *, is_dry: bool) -> None:
    """Tell what a change does to customers; unless it is only a trial, record it."""
    output = work.call.output
    tell_outlook(work, work.outlook(proposal))
    for replaced in proposal.replaced:
        output.line("stewardship.replaces", **decision_facts(replaced, work.zone))
    output.value("replaces", [one.decision_id for one in proposal.replaced])
    if is_dry:
        output.value("decision_id", None)
        output.line("stewardship.dry_run")
        return
    made = record(work.ledger, proposal)
    output.value("decision_id", made.decision_id)
    output.line("stewardship.recorded", decision_id=made.decision_id)


def tell_outlook(work: Stewarding, outlook: Outlook) -> None:
    """The customers before and after, and how one becomes the other."""
    output = work.call.output
    happened = {one.golden_id: one for one in outlook.events}
    rows: list[dict[str, Cell]] = [
        {
            "golden_id": name,
            "n_before": len(outlook.before.get(name, ())),
            "n_after": len(outlook.after.get(name, ())),
            "event": happened[name].event.value if name in happened else None,
            "other_id": happened[name].to_golden_id if name in happened else None,
        }
        for name in sorted({*outlook.before, *outlook.after})
    ]
    output.table("outlook", ("golden_id", "n_before", "n_after", "event", "other_id"), rows)
    output.value("before", {name: list(members) for name, members in outlook.before.items()})
    output.value("after", {name: list(members) for name, members in outlook.after.items()})
    if not outlook.events:
        output.line("stewardship.no_change")


def decision_rows(work: Stewarding, decisions: Sequence[Decision], effect: str) -> list[dict[str, Cell]]:
    """Decisions as rows: who, when, about what, why, and what becomes of them."""
    return [
        {
            "decision_id": one.decision_id,
            "judgement": one.judgement.value,
            "steward": one.steward,
            "decided_at": one.decided_at.astimezone(work.zone).isoformat(timespec="seconds"),
            "records_left": _listed(one.record_ids_left),
            "records_right": _listed(one.record_ids_right),
            "why": reason_told(one.reason, work.call.language) or None,
            "effect": effect,
        }
        for one in decisions
    ]


def tell_decisions(work: Stewarding, rows: Sequence[dict[str, Cell]]) -> None:
    """A table of decisions; nothing without one."""
    if rows:
        work.call.output.table("decisions", _DECISIONS, rows)


def decision_facts(decision: Decision, zone: ZoneInfo) -> dict[str, Fact]:
    """What a sentence about a decision needs."""
    return {
        "decision_id": decision.decision_id,
        "judgement": f"review.judgement.{decision.judgement.value.lower()}",
        "steward": decision.steward,
        "decided_at": decision.decided_at.astimezone(zone).isoformat(timespec="seconds"),
    }


def _listed(records: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(records[:most])
    return shown if len(records) <= most else f"{shown} (+{len(records) - most})"

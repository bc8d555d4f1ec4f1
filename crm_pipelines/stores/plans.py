"""What a change would do, written down before it is done: one small file a plan, named by the hash of its content.

A plan holds counts, codes and places, no value of a customer. It rests on a `Standing`: where the stores stood, the
rules and the model. Whoever carries it out holds the standing of that day against it; beside the plan stands who tried,
and who signed for it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_pipelines.model.errors import Fault, StoreError
from crm_pipelines.stores.durable import make_folder, read_pointer, write_text
from crm_pipelines.stores.identity_log import IdentityLog

FORMAT_VERSION = 1
_ID_DIGITS = 16
_LAST = "LAST"
_PLAIN = ("publication", "landing", "ledger", "rules", "configuration")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan rests on.

    Attributes:
        publication: version that readers open.
        landing: last batch landed.
        ledger: last entry of the ledger.
        identity: last event of the identity log.
        rules: hash of all rules in force.
        configuration: hash of the project's files.
        model: model version in use, without the project's thresholds and prior.
    """

    publication: str
    landing: int
    ledger: int
    identity: int
    rules: str
    configuration: str
    model: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A change, told.

    Attributes:
        standing: what it rests on.
        model: the version it uses: the one in use, or another that it will put to use.
        result: fingerprint of the publication it comes to.
        counts: as `BlastRadius.counts`.
        over_budget: names in `change_budget` of `rules/quality.yaml` that it goes beyond.
        failed_checks: blocking checks that would hold it.
        waived_checks: of these, the ones that only compare with the last publication: a signature waives them.
    """

    standing: Standing
    model: str
    result: str
    counts: Mapping[str, Any]
    over_budget: tuple[str, ...] = ()
    failed_checks: tuple[str, ...] = ()
    waived_checks: tuple[str, ...] = ()

    @property
    def needs_sign_off(self) -> bool:
        """Whether somebody has to put a name to it."""
        return bool(self.over_budget or self.waived_checks)

    @property
    def id(self) -> str:
        """16 hex digits of the hash of the content: the same change at the same places is the same plan."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:_ID_DIGITS]

    def to_json(self) -> str:
        """The content of the file."""
        content = {"format": FORMAT_VERSION, **asdict(self)}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        content: dict[str, Any] = json.loads(text)
        if content.pop("format") != FORMAT_VERSION:
            raise ValueError("format")
        names = ("over_budget", "failed_checks", "waived_checks")
        content |= {name: tuple(content[name]) for name in names}
        return cls(**content | {"standing": Standing(**content["standing"])})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to carry out a plan.

    Attributes:
        run_id: of the run.
        begun_at: when, ISO 8601.
        signed_off_by: who put a name to it, or None.
        reason: in their own words, or None.
        outcome: how the run ended; None: it was killed, or goes on.
        publication: what readers open afterwards; None unless it succeeded.
    """

    run_id: str
    begun_at: str
    signed_off_by: str | None = None
    reason: str | None = None
    outcome: str | None = None
    publication: str | None = None


class PlanStore:
    """The plans of one project, `data/plans`. Only the holder of the project's lock may write."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, plan: Plan) -> str:
        """Write a plan and make it the last one; give its id."""
        make_folder(self.root)
        write_text(self._file(plan.id), plan.to_json())
        write_text(self.root / _LAST, plan.id)
        return plan.id

    def last(self) -> str | None:
        """Id of the plan that was made last; None before the first."""
        return read_pointer(self.root / _LAST)

    def load(self, name: str) -> Plan:
        """One of the plans `known`.

        Raises:
            StoreError: `store.damaged_file`: the file is not what its name says.
        """
        path = self._file(name)
        try:
            plan = Plan.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError("store.damaged_file", name=path.name) from error
        if plan.id != name:
            raise StoreError("store.damaged_file", name=path.name)
        return plan

    def known(self) -> list[str]:
        """Ids of all plans."""
        return sorted(path.stem for path in self.root.glob("?" * _ID_DIGITS + ".json"))

    def attempts(self, name: str) -> list[Attempt]:
        """Who tried to carry out a plan, oldest first.

        Raises:
            StoreError: `store.damaged_file`.
        """
        path = self._attempts_file(name)
        try:
            return [Attempt(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as error:
            raise StoreError("store.damaged_file", name=path.name) from error

    def note(self, name: str, attempt: Attempt) -> None:
        """Write down a try, in place of what was written of the same run."""
        kept = [one for one in self.attempts(name) if one.run_id != attempt.run_id]
        lines = [json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) for one in (*kept, attempt)]
        write_text(self._attempts_file(name), "\n".join(lines) + "\n")

    def _file(self, name: str) -> Path:
        return self.root / f"{name}.json"

    def _attempts_file(self, name: str) -> Path:
        return self.root / f"{name}.attempts.jsonl"


def begun(run_id: str, at: datetime, signed_off_by: str | None, reason: str | None) -> Attempt:
    """A try that begins."""
    return Attempt(run_id, at.isoformat(timespec="seconds"), signed_off_by, reason)


def moved_since(plan: Plan, now: Standing, log: IdentityLog, own_runs: Collection[str]) -> list[Fault]:
    """What a plan rests on and is otherwise by now; empty when it still holds.

    Args:
        plan: to be carried out.
        now: the standing of now.
        log: the identity log.
        own_runs: runs that have tried to carry out this plan: the events of one that was killed or held are the plan's
            own.
    """
    then = asdict(plan.standing)
    moved = [name for name, place in asdict(now).items() if name in _PLAIN and then[name] != place]
    if "rules" in moved and "configuration" in moved:  # the rules are files of the project too
        moved.remove("configuration")
    found = [Fault(f"plan.moved.{name}", {"planned": then[name], "found": getattr(now, name)}) for name in moved]
    if now.model not in {plan.standing.model, plan.model}:
        found.append(Fault("plan.moved.model", {"planned": plan.standing.model, "found": now.model}))
    if _is_another_log(log, plan.standing.identity, own_runs):
        found.append(Fault("plan.moved.identity", {"planned": plan.standing.identity, "found": now.identity}))
    return found


def _is_another_log(log: IdentityLog, planned: int, own_runs: Collection[str]) -> bool:
    if log.head() < planned:
        return True
    return not set(log.read(planned)["run_id"].to_list()) <= set(own_runs)

"""Verdicts as a text file: JSON lines, one decision a line, in ledger order, behind one line that says whose it is.

A decision is written with everything the ledger knows of it, so that the file read into an empty ledger gives the same
verdicts. Superseded ones are written too: they are what later ones replace.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.stores.ledger.facts import Decision, NewDecision

FORMAT = "crm-pipelines verdicts"
_VERSION = 1
_MARK_BYTES = 12
_LONGEST = {"decision_id": 64, "steward": 200, "question_id": 64, "supersedes": 64,
            "batch_id": 32, "approved_by": 200}  # fmt: skip
_REQUIRED = frozenset({"decision_id", "judgement", "record_ids_left", "record_ids_right", "steward", "decided_at"})
_KNOWN = _REQUIRED | {"reason", "question_id", "supersedes", "evidence", "batch_id", "approved_by"}


@dataclass(frozen=True, slots=True)
class ReadVerdicts:
    """What a file holds.

    Attributes:
        decisions: line number -> decision, in the order of the file.
        project: mark of the project that wrote it; None when the file does not say.
        faults: what is wrong, with the facts `file`, `line` and more.
    """

    decisions: Mapping[int, NewDecision]
    project: str | None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Known:
    """The decisions that there are, by id, and those that were superseded; grows with each line."""

    decisions: dict[str, tuple[object, ...]] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)

    def add(self, decision: Decision | NewDecision) -> None:
        """Take a decision for recorded."""
        self.decisions[str(decision.decision_id)] = _content(decision)
        if decision.supersedes is not None:
            self.superseded.add(decision.supersedes)

    def is_in_force(self, name: str) -> bool:
        """Whether a decision is there and not superseded."""
        return name in self.decisions and name not in self.superseded


def project_mark(project_key: bytes) -> str:
    """What names a project in a file without telling its key."""
    return hashlib.blake2b(FORMAT.encode(), digest_size=_MARK_BYTES, key=project_key[:64]).hexdigest()


def written(decisions: Iterable[Decision], project: str) -> Iterator[str]:
    """The lines of a file, each with its end of line.

    Args:
        decisions: in ledger order.
        project: mark of the project.
    """
    yield _line({"format": FORMAT, "version": _VERSION, "project": project})
    for one in decisions:
        told = asdict(one) | {"judgement": one.judgement.value, "decided_at": one.decided_at.isoformat()}
        yield _line({name: value for name, value in told.items() if name != "seq" and value is not None})


def read_verdicts(lines: Iterable[str], file: str) -> ReadVerdicts:
    """Read a file; what is wrong with a line is told with its number and stops nothing.

    Args:
        lines: of the file.
        file: its name, for the faults.
    """
    decisions: dict[int, NewDecision] = {}
    faults: list[Fault] = []
    project: str | None = None
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            content = json.loads(text)
            if isinstance(content, dict) and "format" in content:
                _require(content["format"] == FORMAT and content.get("version") == _VERSION, "format")
                project = str(content.get("project"))
            else:
                decisions[number] = _decision(content)
        except _WrongFieldError as error:
            faults.append(Fault("verdicts.wrong_field", {"file": file, "line": number, "field": str(error)}))
        except ValueError:
            faults.append(Fault("verdicts.not_json", {"file": file, "line": number}))
    return ReadVerdicts(decisions, project, tuple(faults))


def faults_against(
    read: ReadVerdicts, ledger: Sequence[Decision], file: str, is_known: Callable[[str], bool] | None
) -> list[Fault]:
    """Why decisions of a file cannot follow those of the ledger, line by line.

    Args:
        read: the file.
        ledger: what is recorded.
        file: its name.
        is_known: whether a record id was ever this project's; None: it need not be.
    """
    known, faults = _Known(), []
    for recorded in ledger:
        known.add(recorded)
    for number, one in read.decisions.items():
        place: dict[str, Fact] = {"file": file, "line": number}
        before = known.decisions.get(str(one.decision_id))
        if before is not None:
            if before != _content(one):
                faults.append(Fault("verdicts.differs", {**place, "decision_id": one.decision_id}))
            continue
        if one.supersedes is not None and not known.is_in_force(one.supersedes):
            faults.append(Fault("verdicts.supersedes_nothing", {**place, "decision_id": one.supersedes}))
        strangers = [] if is_known is None else [record for record in _records(one) if not is_known(record)]
        if strangers:
            faults.append(Fault("verdicts.unknown_record", {**place, "n_records": len(strangers)}))
        known.add(one)
    return faults


class _WrongFieldError(Exception):
    """A field of a line is missing or is none of ours; its name is the text."""


def _decision(content: Any) -> NewDecision:  # whatever JSON holds
    _require(isinstance(content, dict), "{}")
    for name in sorted(_REQUIRED - content.keys()) + sorted(content.keys() - _KNOWN):
        raise _WrongFieldError(name)
    for name, longest in _LONGEST.items():
        _require(content.get(name) is None or _is_text(content[name], longest), name)
    _require(content.get("reason") is None or isinstance(content["reason"], str), "reason")
    _require(content["judgement"] in set(Judgement), "judgement")
    return NewDecision(
        judgement=Judgement(content["judgement"]),
        record_ids_left=_side(content, "record_ids_left"),
        record_ids_right=_side(content, "record_ids_right"),
        steward=content["steward"],
        decided_at=_time(content),
        reason=content.get("reason"),
        question_id=content.get("question_id"),
        supersedes=content.get("supersedes"),
        decision_id=content["decision_id"],
        evidence=None if content.get("evidence") is None else _texts(content, "evidence"),
        batch_id=content.get("batch_id"),
        approved_by=content.get("approved_by"),
    )


def _side(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    records = _texts(content, name)
    _require(bool(records) and all(":" in record for record in records), name)
    return records


def _texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = content[name]
    _require(isinstance(values, list) and all(_is_text(value, None) for value in values), name)
    return tuple(sorted(set(values)))


def _time(content: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(content["decided_at"])
    except (TypeError, ValueError):
        raise _WrongFieldError("decided_at") from None
    _require(found.tzinfo is not None, "decided_at")
    return found


def _is_text(value: object, longest: int | None) -> bool:
    is_one = isinstance(value, str) and bool(value.strip()) and not any(one in value for one in "\n\r\t\0")
    return is_one and (longest is None or len(str(value)) <= longest)


def _require(is_right: bool, name: str) -> None:
    if not is_right:
        raise _WrongFieldError(name)


def _records(decision: NewDecision) -> tuple[str, ...]:
    return (*decision.record_ids_left, *decision.record_ids_right)


def _content(decision: Decision | NewDecision) -> tuple[object, ...]:
    """What must be the same when the same id comes again."""
    sides = tuple(sorted(set(decision.record_ids_left))), tuple(sorted(set(decision.record_ids_right)))
    evidence = None if decision.evidence is None else tuple(sorted(set(decision.evidence)))
    told = decision.reason, decision.question_id, decision.supersedes, decision.batch_id, decision.approved_by
    return (decision.judgement, *sides, *told, evidence)


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"

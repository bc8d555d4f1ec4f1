"""What people said of pairs they were shown to learn from: one append-only file of JSON lines, `data/labels.jsonl`.

A line is an answer (`answer`) or takes one back (`taken_back`); nothing is ever changed or removed. An answer names the
two records and the content each had when it was shown, so that it counts as long as they still say the same, and so
that the same content is never asked twice. Any number of programs may append at a time; a line is written whole, behind
a lock on the file, before its answer counts. A last line that a power cut left unfinished counts as never written.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.durable import disk_errors, make_folder

_ID_LENGTH = 16


class LabelAnswer(StrEnum):
    """What was said of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Label:
    """One answer.

    Attributes:
        label_id: of this answer; 16 hex digits.
        answered_at: ISO 8601 with an offset.
        answer: what was said.
        customer_type: of both records.
        record_ids: the two, in order.
        content_hashes: of their content as shown, in the same order, as decimal text.
        drawn: why the pair was picked: `uncertain` to learn from; `random`, `heavy`, `light` to measure with.
        n_population: pairs that it was drawn from.
        publication: where the records were read.
        model_version: that had scored the pair; its score was not shown.
    """

    label_id: str
    answered_at: str
    answer: LabelAnswer
    customer_type: str
    record_ids: tuple[str, str]
    content_hashes: tuple[str, str]
    drawn: str
    n_population: int
    publication: str
    model_version: str


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair as it was asked; see `Label`."""

    customer_type: str
    record_ids: tuple[str, str]
    content_hashes: tuple[str, str]
    drawn: str
    n_population: int
    publication: str
    model_version: str


class LabelStore:
    """The answers of one project.

    Args:
        path: of the file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def labels(self) -> list[Label]:
        """The answers that stand, in the order they were given; of two to the same content the later.

        Raises:
            StoreError: `labels.damaged`: a line is none of ours; fact `line`.
        """
        standing: dict[str, Label] = {}
        for number, line in enumerate(self._lines(), start=1):
            try:
                content = json.loads(line)
                if "taken_back" in content:
                    standing.pop(content["taken_back"]["label_id"], None)
                else:
                    label = _read(content["answer"])
                    standing[label.label_id] = label
            except (ValueError, KeyError, TypeError) as error:
                raise StoreError("labels.damaged", name=self.path.name, line=number) from error
        by_content = {tuple(sorted(label.content_hashes)): label for label in standing.values()}
        return list(by_content.values())

    def add(self, pair: ShownPair, answer: LabelAnswer, now: datetime) -> Label:
        """Keep an answer for ever.

        Raises:
            StoreError: the disk is full or read-only.
        """
        answered_at = now.isoformat()
        text = "\n".join((*pair.record_ids, *pair.content_hashes, answered_at))
        label_id = hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
        label = Label(label_id=label_id, answered_at=answered_at, answer=answer, **asdict(pair))
        self._append({"answer": asdict(label)})
        return label

    def take_back(self, label: Label, now: datetime) -> None:
        """Let an answer count no more; the pair may be asked again.

        Raises:
            StoreError: the disk is full or read-only.
        """
        self._append({"taken_back": {"label_id": label.label_id, "answered_at": now.isoformat()}})

    def _lines(self) -> Sequence[bytes]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        return content.split(b"\n")[:-1]  # what follows the last end of line was never finished

    def _append(self, content: object) -> None:
        line = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        make_folder(self.path.parent)
        with disk_errors(self.path), self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_unfinished(file.fileno())
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def _cut_unfinished(descriptor: int) -> None:
    """Remove what follows the last end of line: the rest of a line that a power cut left unfinished."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, min(size, 65_536), max(0, size - 65_536))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, size - len(tail) + tail.rfind(b"\n") + 1)


def _read(content: Mapping[str, Any]) -> Label:
    sides = {name: _pair(content[name]) for name in ("record_ids", "content_hashes")}
    return Label(**{**content, "answer": LabelAnswer(content["answer"]), **sides})


def _pair(values: Sequence[str]) -> tuple[str, str]:
    left, right = values
    return str(left), str(right)

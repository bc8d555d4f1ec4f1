"""One line of an inbox: what was posted, in an envelope of what we know of it. One JSON object a line, in UTF-8.

    {"inbox": {"v": 1, "id": ..., "seen": ..., "received_at": ..., "is_signed": true}, "data": {...}}
    {"inbox": {..., "fault": "row.not_json"}, "raw": "...", "raw_encoding": "base64"}

`inbox` always comes first, and `id`, `seen` and `received_at` first in it, so that the newest lines can be looked
through without reading them as JSON.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crm_pipelines.model.delivery import JsonValue

_HEAD = re.compile(rb'\{"inbox":\{"v":1,"id":"[0-9a-f]{32}","seen":"([0-9a-f]{32})","received_at":"([^"]{10,40})"')


@dataclass(frozen=True, slots=True)
class Submission:
    """What one line tells.

    Attributes:
        id: 32 hexadecimal digits; names the submission where it has no key of its own.
        seen: 32 hexadecimal digits by which the same message is known when it comes again.
        received_at: aware time.
        data: the fields as they were posted; None where the body could not be read.
        raw: the body that could not be read.
        notes: more of the envelope: `is_signed`, `files`, `fault` and its facts; never a secret.
    """

    id: str
    seen: str
    received_at: datetime
    data: Mapping[str, JsonValue] | None
    raw: bytes = b""
    notes: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """By which digest a message is known, and when it came."""

    seen: str
    received_at: datetime


def line_of(submission: Submission) -> bytes:
    """The line, with its end.

    Raises:
        ValueError: `data` holds a number that JSON does not have.
    """
    head: dict[str, JsonValue] = {
        "v": 1,
        "id": submission.id,
        "seen": submission.seen,
        "received_at": submission.received_at.isoformat(timespec="milliseconds"),
    }
    content: dict[str, JsonValue] = {"inbox": {**head, **submission.notes}}
    if submission.data is not None:
        content["data"] = dict(submission.data)
    else:
        content |= _raw_text(submission.raw)
    try:
        return _dumped(content, is_ascii=False)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can escape and UTF-8 cannot write
        return _dumped(content, is_ascii=True)


def lines_of(submissions: Sequence[Submission]) -> bytes:
    """The lines of several submissions."""
    return b"".join(line_of(submission) for submission in submissions)


def newest_first(path: Path) -> Iterator[SeenMessage]:
    """The messages of a file, the last one first; what is no whole line of ours is stepped over."""
    raw = path.read_bytes()
    begin = len(raw)
    while begin > 0:
        end = begin
        begin = raw.rfind(b"\n", 0, end - 1) + 1
        found = _HEAD.match(raw, begin, end)
        if found is not None and (raw[end - 1] == ord(b"\n") or _is_whole(raw[begin:end])):
            yield SeenMessage(found[1].decode(), datetime.fromisoformat(found[2].decode()))


def _is_whole(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


def _raw_text(raw: bytes) -> dict[str, JsonValue]:
    try:
        return {"raw": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"raw": base64.b64encode(raw).decode("ascii"), "raw_encoding": "base64"}


def _dumped(content: dict[str, JsonValue], *, is_ascii: bool) -> bytes:
    text = json.dumps(content, ensure_ascii=is_ascii, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"

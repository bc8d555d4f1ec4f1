"""JSON lines and JSON documents, with the place where they break."""

import json
import re
from collections.abc import Callable, Iterator

from connectors.kit.bookmarks import FileMark
from connectors.kit.charsets import byte_order_mark
from connectors.kit.lines import Line, read_lines
from connectors.kit.paging import Step
from connectors.kit.paths import OpenedFile
from connectors.kit.rows import MAX_RAW, Place, faulty
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import FatalSourceError

_HTML = re.compile(rb"\s*(?:<!--.{0,400}?-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta|title)\b", re.I | re.S)


def is_html(head: bytes) -> bool:
    """Whether a file begins like a web page: a sign-in form or an error page saved in place of an export."""
    _, length = byte_order_mark(head)
    return bool(_HTML.match(head[length:].replace(b"\x00", b"")))


def refuse_html(file: OpenedFile, expected: str) -> None:
    """Stop at a web page in place of data.

    Raises:
        FatalSourceError: `source.unexpected_html`.
    """
    if is_html(file.read(0, 2048)):
        raise FatalSourceError("source.unexpected_html", file=file.name, expected=expected)


def read_json_lines(
    file: OpenedFile, mark: FileMark, deliver: Callable[[dict[str, JsonValue], Place], DeliveredRow]
) -> Iterator[Step]:
    """One object a line, from the mark on. A last line that is not whole yet waits for the next read.

    Faults: `row.not_json`, `row.not_an_object`, `row.undecodable`, `row.record_too_large`.
    """
    refuse_html(file, "JSON")
    number = mark.n
    offset = mark.offset or byte_order_mark(file.read(0, 4))[1]
    yield Step(None, offset, number)
    for line in read_lines(file, offset):
        row = _json_line(line, Place(file.name, number + 1), deliver)
        if not line.is_ended and (row is None or row.fault is not None):
            yield Step(None, offset, number, is_whole=row is None)  # half a line: the writer is not done
            return
        number += line.is_ended
        offset = line.end
        yield Step(row, offset, number)


def _json_line(
    line: Line, place: Place, deliver: Callable[[dict[str, JsonValue], Place], DeliveredRow]
) -> DeliveredRow | None:
    if not line.raw.strip(b" \t\r\n"):
        return None
    if line.is_cut:
        return faulty(place, place.fault("row.record_too_large"), line.raw[:MAX_RAW])
    try:
        value = parse_json(line.raw.decode("utf-8"))
    except UnicodeDecodeError:
        return faulty(place, place.fault("row.undecodable"), line.raw)
    except ValueError:
        return faulty(place, place.fault("row.not_json"), line.raw[:MAX_RAW].decode("utf-8", "replace"))
    if not isinstance(value, dict):
        fault = place.fault("row.not_an_object", found=json_kind(value), expected="object")
        return faulty(place, fault, line.raw[:MAX_RAW].decode("utf-8", "replace"))
    return deliver(value, place)


def parse_json(text: str) -> JsonValue:
    """Parse strictly: no NaN, no infinity, no nesting past what the parser can hold.

    Raises:
        ValueError: the text is no JSON.
    """
    try:
        parsed: JsonValue = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def parse_document(file: OpenedFile) -> JsonValue:
    """The one JSON value of a file, read whole: half a document gives nothing.

    Raises:
        FatalSourceError: `source.unexpected_html`, `source.truncated_json`, `source.not_json` (with the byte offset),
            `source.undecodable`.
    """
    refuse_html(file, "JSON")
    raw = file.read(0, file.size)
    encoding, length = byte_order_mark(raw)
    try:
        text = raw[length:].decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        is_end = error.reason == "unexpected end of data"  # the file breaks off within a character
        code = "source.truncated_json" if is_end else "source.undecodable"
        raise FatalSourceError(code, file=file.name, byte_offset=length + error.start) from None  # it holds the bytes
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        is_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        at = length + len(text[: error.pos].encode(encoding or "utf-8"))
        code = "source.truncated_json" if is_end else "source.not_json"
        raise FatalSourceError(code, file=file.name, byte_offset=at) from None  # the error holds the document
    except ValueError:
        raise FatalSourceError("source.not_json", file=file.name, byte_offset=0) from None


def json_kind(value: JsonValue) -> str:
    """The kind of a JSON value in JSON's own words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return kinds[type(value)]


def _refuse_constant(constant: str) -> JsonValue:
    raise ValueError(constant)

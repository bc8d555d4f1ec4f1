"""The fields of a posted form, whatever a browser or a form plug-in made of them.

Names of PHP's kind (`name[first]`, `items[]`) become objects and lists, a repeated name a list of its values. Fields
that only guard the form are left out. Files are not kept: what is kept is that there was one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from connectors.kit.charsets import codec_name, decode
from crm_pipelines.model.delivery import JsonValue

MOST_FIELDS = 2000
_MOST_STEPS = 5
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_OPTION = re.compile(rb';\s*([A-Za-z*]+)=(?:"([^"]*)"|([^;\s]*))')
_ESCAPED = re.compile(rb"%(22|0[Dd]|0[Aa])")
_STEP = re.compile(r"\[([^\[\]]*)\]")
# What frameworks and form services put into a form for themselves; no person ever fills these in.
GUARD_FIELDS = frozenset({
    "_charset_", "_token", "csrf", "_csrf", "csrf_token", "csrf-token", "_csrf_token", "csrfmiddlewaretoken",
    "authenticity_token", "__requestverificationtoken", "xsrf-token", "_xsrf", "recaptcha", "recaptcha_response",
    "g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "_wpcf7_recaptcha_response", "_wpnonce",
    "_wp_http_referer", "honeypot", "_honeypot", "_gotcha", "hp_field", "_hp", "bot-field",
})  # fmt: skip


class UnreadableFormError(Exception):
    """The body is no form; its `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Form:
    """What a form said.

    Attributes:
        data: its fields.
        files: of each file its field, name, type and size in bytes.
    """

    data: dict[str, JsonValue]
    files: list[JsonValue] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)


def read_urlencoded(body: bytes, charset: str | None, ignored: frozenset[str]) -> Form:
    """The fields of `application/x-www-form-urlencoded`.

    Args:
        body: raw.
        charset: of the content type, if it names one.
        ignored: names, in lower case, of fields to leave out.

    Raises:
        UnreadableFormError: `row.undecodable`, `row.unreadable_form`.
    """
    pieces = [piece for piece in body.split(b"&") if piece]
    pairs = [(name, value) for name, _, value in (piece.partition(b"=") for piece in pieces)]
    raw = [(_unquoted(name), _unquoted(value)) for name, value in pairs]
    return Form(_fields(_decoded(raw, charset), ignored))


def read_multipart(body: bytes, content_type: str, ignored: frozenset[str]) -> Form:
    """The fields of `multipart/form-data`.

    Raises:
        UnreadableFormError: `row.undecodable`, `row.unreadable_form`.
    """
    _, options = parse_options_header(content_type)
    raw: list[tuple[bytes, bytes]] = []
    files: list[JsonValue] = []
    for part in _parts(body, options.get(b"boundary", b"")):
        disposition = _options(part.headers.get(b"content-disposition", b""))
        name, file_name = disposition.get(b"name"), disposition.get(b"filename")
        if name is None:
            raise UnreadableFormError("row.unreadable_form")
        if file_name is None:
            raw.append((name, bytes(part.content)))
        elif file_name or part.content:
            files.append(_file_fact(name, file_name, part))
    charset = options.get(b"charset", b"").decode("latin-1") or None
    return Form(_fields(_decoded(raw, charset), ignored), files)


def text_of(raw: bytes, declared: str | None) -> str | None:
    """Decode by the declared charset, else UTF-8, else CP932; None when no character set fits every byte."""
    codec = _fitting_codec(raw, (declared, "utf-8", "cp932"))
    return None if codec is None else decode(raw, codec).text


def without_guards(data: Mapping[str, JsonValue], ignored: frozenset[str]) -> dict[str, JsonValue]:
    """The fields without those that only guard the form."""
    return {name: value for name, value in data.items() if not _is_ignored(name, ignored)}


def _fitting_codec(raw: bytes, labels: Iterable[str | None]) -> str | None:
    """The first codec that reads every byte."""
    for label in labels:
        codec = codec_name(label)
        if codec is not None and (not decode(raw, codec).n_lost or (codec == "utf-8" and _is_utf8(raw))):
            return codec
    return None


def _is_utf8(raw: bytes) -> bool:
    """Whether it is, for text that holds the replacement character itself."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unquoted(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _decoded(raw: Sequence[tuple[bytes, bytes]], charset: str | None) -> list[tuple[str, str]]:
    """All names and values in one character set: the one the form names in `_charset_` comes first."""
    if len(raw) > MOST_FIELDS:
        raise UnreadableFormError("row.unreadable_form")
    named = next((value.decode("latin-1") for name, value in raw if name == b"_charset_" and value), None)
    codec = _fitting_codec(b"\n".join(part for pair in raw for part in pair), (named, charset, "utf-8", "cp932"))
    if codec is None:
        raise UnreadableFormError("row.undecodable")
    return [(decode(name, codec).text, decode(value, codec).text) for name, value in raw]


def _fields(pairs: Iterable[tuple[str, str]], ignored: frozenset[str]) -> dict[str, JsonValue]:
    data: dict[str, Any] = {}
    for name, value in pairs:
        if _is_ignored(name, ignored):
            continue
        base, steps = _steps(name)
        if not (steps and _put(data, [base, *steps], value)):
            _add(data, _spare_name(data, name), value)
    return data


def _is_ignored(name: str, ignored: frozenset[str]) -> bool:
    base = name.partition("[")[0].strip().lower()
    return base in GUARD_FIELDS or base in ignored or name.lower() in ignored


def _steps(name: str) -> tuple[str, list[str]]:
    found = _NAME.fullmatch(name)
    steps = _STEP.findall(found[2]) if found else []
    return (found[1], steps) if found and len(steps) <= _MOST_STEPS else (name, [])


def _put(node: dict[str, Any], steps: list[str], value: str) -> bool:
    """Put a value where two or more steps lead; False where something of another shape stands in the way."""
    *inner, last = steps
    is_item = last == ""
    if is_item:
        *inner, last = inner
    for step in inner:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            return False
    last = last or str(len(node))
    if isinstance(node.get(last), dict):
        return False
    if is_item and last not in node:
        node[last] = []
    _add(node, last, value)
    return True


def _add(node: dict[str, Any], name: str, value: str) -> None:
    """Put a value under a name; several of one name are a list."""
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def _spare_name(data: dict[str, Any], name: str) -> str:
    """The name itself, or, where the parts of a field already stand under it, one beside it."""
    spare, number = name, 1
    while isinstance(data.get(spare), dict):
        number += 1
        spare = f"{name}_{number}"
    return spare


def _parts(body: bytes, boundary: bytes) -> list[_Part]:
    parts: list[_Part] = []
    header: list[bytes] = [b"", b""]
    is_ended = False

    def begin() -> None:
        if len(parts) >= MOST_FIELDS:
            raise UnreadableFormError("row.unreadable_form")
        parts.append(_Part())

    def header_end() -> None:
        parts[-1].headers[header[0].lower()] = header[1]
        header[:] = [b"", b""]

    def end() -> None:
        nonlocal is_ended
        is_ended = True

    def add(index: int) -> Callable[[bytes, int, int], None]:
        def callback(data: bytes, start: int, stop: int) -> None:
            header[index] += data[start:stop]

        return callback

    def content(data: bytes, start: int, stop: int) -> None:
        parts[-1].content += data[start:stop]

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": add(0),
                "on_header_value": add(1),
                "on_header_end": header_end,
                "on_part_data": content,
                "on_end": end,
            },
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError):
        raise UnreadableFormError("row.unreadable_form") from None  # its text quotes the body
    if not is_ended:
        raise UnreadableFormError("row.unreadable_form")
    return parts


def _options(header: bytes) -> dict[bytes, bytes]:
    """The options of a part's header as browsers write them: a backslash is a byte like any other (of CP932, often)."""
    found = {match[1].lower(): match[2] or match[3] or b"" for match in _OPTION.finditer(header)}
    return {name: _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), value) for name, value in found.items()}


def _file_fact(name: bytes, file_name: bytes, part: _Part) -> JsonValue:
    return {
        "field": text_of(name, None) or "",
        "name": text_of(file_name, None) or "",
        "type": part.headers.get(b"content-type", b"").partition(b";")[0].decode("latin-1"),
        "n_bytes": len(part.content),
    }

"""What a post brings: its body as one or more submissions, or as what could not be read, kept as it came."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from connectors.kit.json_rows import json_kind, parse_json
from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.rules.inbox import ConnectionCheck, InboxEntry, SignatureScheme
from crm_pipelines.web.forms import UnreadableFormError, read_multipart, read_urlencoded, text_of, without_guards
from crm_pipelines.web.signatures import FORM_TYPE, Post

JSON_TYPE = "application/json"
MULTIPART_TYPE = "multipart/form-data"
_MAY_OVERFLOW = re.compile(r"[0-9][eE]\+?[0-9]{2}|[0-9]{300}")


@dataclass(frozen=True, slots=True)
class Content:
    """One submission of a post.

    Attributes:
        data: its fields; None where it could not be read.
        raw: what could not be read.
        notes: `is_form` and `files` of a form, or `fault` with its facts.
        event_id: the sender's id of it, where the scheme says in which field it stands.
    """

    data: Mapping[str, JsonValue] | None
    raw: bytes = b""
    notes: Mapping[str, JsonValue] = field(default_factory=dict)
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a post brings.

    Attributes:
        contents: its submissions; empty for a post that only tries the connection.
        echo: what such a post wants to have back: a field and its value.
    """

    contents: tuple[Content, ...]
    echo: Mapping[str, JsonValue] | None = None

    @property
    def is_readable(self) -> bool:
        """Whether every submission could be read."""
        return all(content.data is not None for content in self.contents)


class BodyReader:
    """Reads the posts of one inbox."""

    def __init__(self, entry: InboxEntry) -> None:
        self._scheme = entry.signature
        self._ignored = frozenset(name.lower() for name in entry.ignored_fields)

    def read(self, post: Post) -> Body | None:
        """The submissions of a post; None for a content type that is none of ours."""
        media, _, _ = post.content_type.partition(";")
        media = media.strip().lower()
        if (post.header("content-encoding") or "identity").lower() != "identity":
            return None
        if media == JSON_TYPE or (media.startswith("application/") and media.endswith("+json")):
            return self._json(post)
        if media in {FORM_TYPE, MULTIPART_TYPE}:
            return _said((self._form(post, media),))
        return None

    def _json(self, post: Post) -> Body:
        text = text_of(post.body, _charset(post.content_type))
        if text is None:
            return Body((_unreadable(post.body, "row.undecodable"),))
        try:
            value = parse_json(text.removeprefix("\ufeff"))
            if _MAY_OVERFLOW.search(text):  # 1e999 reads as infinity, which cannot be written again
                json.dumps(value, allow_nan=False)
        except (ValueError, RecursionError):
            return Body((_unreadable(post.body, "row.not_json"),))
        check = next((check for check in self._scheme.checks if _is_check(check, post, value)), None)
        if check is not None:
            return Body((), _echo(check, value))
        return _said(self._contents(value, post.body))

    def _contents(self, value: JsonValue, body: bytes) -> Iterator[Content]:
        if not isinstance(value, list):
            for one in _elements(value, self._scheme.elements):
                yield self._content(one, body)
            return
        for each in value:
            yield self._content(each, json.dumps(each, ensure_ascii=True).encode())

    def _content(self, value: JsonValue, raw: bytes) -> Content:
        if not isinstance(value, dict):
            return _unreadable(raw, "row.not_an_object", found=json_kind(value), expected="object")
        return Content(without_guards(value, self._ignored), event_id=_event_id(value, self._scheme))

    def _form(self, post: Post, media: str) -> Content:
        try:
            if media == FORM_TYPE:
                form = read_urlencoded(post.body, _charset(post.content_type), self._ignored)
            else:
                form = read_multipart(post.body, post.content_type, self._ignored)
        except UnreadableFormError as error:
            return _unreadable(post.body, error.code)
        files: dict[str, JsonValue] = {"files": form.files} if form.files else {}
        return Content(form.data, notes={"is_form": True, **files})


def _said(contents: Iterable[Content]) -> Body:
    """Without the contents that say nothing at all."""
    return Body(tuple(each for each in contents if each.data is None or each.data or each.notes.get("files")))


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or None
    return None


def _elements(value: JsonValue, name: str | None) -> Iterator[JsonValue]:
    """The object itself, or, where it holds a list of elements, one such object for each of them."""
    elements = value.get(name) if name is not None and isinstance(value, dict) else None
    if name is None or not isinstance(value, dict) or not isinstance(elements, list):
        yield value
        return
    for element in elements:
        yield {**value, name: [element]}


def _event_id(value: Mapping[str, JsonValue], scheme: SignatureScheme) -> str | None:
    if scheme.id_field is None:
        return None
    holder: JsonValue = dict(value)
    if scheme.elements is not None:
        elements = value.get(scheme.elements)
        holder = elements[0] if isinstance(elements, list) and elements else None
    found = holder.get(scheme.id_field) if isinstance(holder, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and str(found) else None


def _is_check(check: ConnectionCheck, post: Post, value: JsonValue) -> bool:
    if check.header is not None:
        return post.header(check.header) == check.equals
    return isinstance(value, dict) and value.get(check.field or "") == check.equals


def _echo(check: ConnectionCheck, value: JsonValue) -> Mapping[str, JsonValue] | None:
    wanted = value.get(check.echo) if check.echo is not None and isinstance(value, dict) else None
    return {check.echo: wanted} if check.echo is not None and isinstance(wanted, str) else None


def _unreadable(raw: bytes, code: str, **facts: JsonValue) -> Content:
    return Content(None, raw, {"fault": code, **facts})

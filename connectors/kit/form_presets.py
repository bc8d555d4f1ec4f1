"""Unpack what form services and messengers post into flat rows: one column per question, the sender's ids beside them.

Only the structure is unpacked; what a column means is the mapping's. Every preset gives, where the sender tells them,
`submission_id`, `form_id` and `submitted_at`. A question is a column under its title; under `answers` it stands once
more by the key that stays when the title is changed (`answers.<key>` in a mapping). What a preset does not know the
shape of is handed on as it came.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from connectors.kit.json_rows import parse_json
from crm_pipelines.model.delivery import JsonValue

Fields: TypeAlias = Mapping[str, JsonValue]
Row: TypeAlias = dict[str, JsonValue]
PresetName: TypeAlias = Literal[
    "generic", "typeform", "google_forms", "jotform", "gravity_forms", "contact_form_7", "line"
]

_JOTFORM_KEY = re.compile(r"q[0-9]+_(.+)")
_PHONE_PARTS = frozenset({"country", "area", "phone", "full"})
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def unpacked(preset: PresetName, data: Fields) -> Row:
    """The row of a posted body."""
    return _PRESETS[preset](data)


def flattened(data: Fields) -> Row:
    """The parts of an object as columns of their own (`name.last`), as deep as they go; lists stay lists."""
    row: Row = {}
    for name, value in data.items():
        if isinstance(value, dict) and value:
            row |= {f"{name}.{part}": inner for part, inner in flattened(value).items()}
        else:
            row[name] = value
    return row


def _generic(data: Fields) -> Row:
    return dict(data)


def _typeform(data: Fields) -> Row:
    response = data.get("form_response")
    if not isinstance(response, dict):
        return dict(data)
    definition = _object(response.get("definition"))
    titles = {_text(one.get("id")): _text(one.get("title")) for one in _objects(definition.get("fields"))}
    questions: list[tuple[str, str, JsonValue]] = []
    for answer in _objects(response.get("answers")):
        asked = _object(answer.get("field"))
        key = _text(asked.get("ref")) or _text(asked.get("id"))
        questions.append((key, titles.get(_text(asked.get("id"))) or key, _typeform_value(answer)))
    row = _with_questions(questions)
    if isinstance(response.get("hidden"), dict):
        row["hidden"] = response["hidden"]
    return row | _known(
        submission_id=response.get("token"),
        form_id=response.get("form_id"),
        submitted_at=response.get("submitted_at"),
        event_id=data.get("event_id"),
    )


def _typeform_value(answer: Fields) -> JsonValue:
    value = answer.get(_text(answer.get("type")))
    if not isinstance(value, dict):
        return value
    chosen = value.get("labels")
    if isinstance(chosen, list):
        return [*chosen, *_others(value)]
    return value.get("label", next(iter(_others(value)), None)) if "label" in value or "other" in value else value


def _others(value: Fields) -> list[JsonValue]:
    return [value["other"]] if value.get("other") is not None else []


def _google_forms(data: Fields) -> Row:
    answers = data.get("answers")
    if not isinstance(answers, dict):
        return dict(data)
    questions = [(key, key, _google_value(value)) for key, value in answers.items()]
    row = _with_questions(questions)
    return row | _known(
        submission_id=data.get("responseId"),
        form_id=data.get("formId"),
        submitted_at=data.get("lastSubmittedTime") or data.get("timestamp") or data.get("createTime"),
        respondent_email=data.get("respondentEmail"),
    )


def _google_value(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    texts = [one.get("value") for one in _objects(_object(value.get("textAnswers")).get("answers"))]
    return value if not texts else texts[0] if len(texts) == 1 else texts


def _jotform(data: Fields) -> Row:
    raw = data.get("rawRequest")
    answers = _parsed_object(raw) if isinstance(raw, str) else raw
    if not isinstance(answers, dict):
        return dict(data)
    questions = [
        (key, found[1], _jotform_value(value))
        for key, value in answers.items()
        if (found := _JOTFORM_KEY.fullmatch(key)) is not None
    ]
    row = _with_questions(questions)
    known_by_key = row.pop("answers")
    row = {**flattened(row), "answers": known_by_key}
    return row | _known(
        submission_id=data.get("submissionID"),
        form_id=data.get("formID"),
        form_title=data.get("formTitle"),
        ip=data.get("ip"),
        _files=data.get("_files"),
    )


def _jotform_value(value: JsonValue) -> JsonValue:
    """A phone in parts is one number again; the parts of names and addresses are columns (`name.last`)."""
    if isinstance(value, dict) and {"phone", "full"} & set(value) and set(value) <= _PHONE_PARTS:
        parts = [_text(value.get(part)) for part in ("country", "area", "phone")]
        return _text(value.get("full")) or "-".join(part for part in parts if part)
    return value


def _gravity_forms(data: Fields) -> Row:
    row = {name: value for name, value in data.items() if name not in {"id", "form_id", "date_created", "user_agent"}}
    written = _text(data.get("date_created"))
    # entries carry UTC without saying so
    submitted_at = f"{written.replace(' ', 'T')}+00:00" if _PLAIN_TIME.fullmatch(written) else written
    return row | _known(
        submission_id=data.get("id"), form_id=data.get("form_id"), submitted_at=submitted_at or data.get("submitted_at")
    )


def _contact_form_7(data: Fields) -> Row:
    row = {name: value for name, value in data.items() if not name.startswith("_wpcf7")}
    return row | _known(form_id=data.get("_wpcf7"))


def _line(data: Fields) -> Row:
    event = next(iter(_objects(data.get("events"))), None)
    if event is None:
        return dict(data)
    source, message, stamp = _object(event.get("source")), _object(event.get("message")), event.get("timestamp")
    happened = isinstance(stamp, int) and not isinstance(stamp, bool) and 0 <= stamp < 1 << 46
    row: Row = {
        name: value for name, value in event.items() if name not in {"source", "message", "timestamp", "replyToken"}
    }
    return row | _known(
        submission_id=event.get("webhookEventId"),
        submitted_at=datetime.fromtimestamp(int(stamp) / 1000, UTC).isoformat() if happened else None,  # type: ignore[arg-type] # see above
        destination=data.get("destination"),
        user_id=source.get("userId"),
        group_id=source.get("groupId"),
        room_id=source.get("roomId"),
        message_id=message.get("id"),
        message_type=message.get("type"),
        message=message.get("text"),
    )


def _with_questions(questions: Iterable[tuple[str, str, JsonValue]]) -> Row:
    """Columns by title; a title that two questions share holds a list, so that no answer is lost."""
    row: Row = {}
    answers: Row = {}
    shared: set[str] = set()
    for key, title, value in questions:
        answers[key] = value
        if title not in row:
            row[title] = value
        elif title in shared:
            row[title] = [*_listed(row[title]), value]
        else:
            shared.add(title)
            row[title] = [row[title], value]
    return {**row, "answers": answers}


def _known(**facts: JsonValue) -> Row:
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _parsed_object(text: str) -> JsonValue:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _object(value: JsonValue) -> Fields:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[Fields]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else json.dumps(value, ensure_ascii=False)


_PRESETS: Mapping[str, Callable[[Fields], Row]] = {
    "generic": _generic,
    "typeform": _typeform,
    "google_forms": _google_forms,
    "jotform": _jotform,
    "gravity_forms": _gravity_forms,
    "contact_form_7": _contact_form_7,
    "line": _line,
}

"""What a caller is told: a code, its facts and the sentence, in the caller's language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from starlette.responses import Response

from crm_pipelines.messages.catalogue import render
from crm_pipelines.messages.language import known_language
from crm_pipelines.model.errors import Fact

STATUS: Mapping[str, int] = {
    "inbox.accepted": 202,
    "inbox.already_received": 200,
    "inbox.connection_check": 200,
    "inbox.broken_off": 400,
    "inbox.unreadable": 400,
    "inbox.not_believed": 401,
    "web.not_found": 404,
    "web.method_not_allowed": 405,
    "inbox.too_slow": 408,
    "inbox.too_large": 413,
    "inbox.unknown_type": 415,
    "web.bad_request": 400,
    "web.unexpected": 500,
    "inbox.busy": 503,
    "inbox.unavailable": 503,
}
_MOST_LANGUAGE_CHARACTERS = 200
RETRY_AFTER_SECONDS = 30
"""After which a sender should try again when we could not write."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell a caller.

    Attributes:
        code: of the catalogue; its status is in `STATUS`.
        facts: of the sentence; never a value of a customer.
        echo: more members of the answer.
        challenge: how a caller may prove who it is, where it did not.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    echo: Mapping[str, object] | None = None
    challenge: str | None = None


def response(answer: Answer, language: str) -> Response:
    """The answer as it goes out."""
    status = STATUS[answer.code]
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if answer.challenge is not None:
        headers["WWW-Authenticate"] = answer.challenge
    content = _content(answer.code, tuple(answer.facts.items()), language)
    if answer.echo:
        content = json.dumps({**json.loads(content), **answer.echo}, ensure_ascii=False).encode()
    return Response(content, status, headers, media_type="application/json")


def language_of(accepted: str | None, otherwise: str) -> str:
    """The language of the catalogue that a caller likes best (`Accept-Language`)."""
    return _liked_language((accepted or "")[:_MOST_LANGUAGE_CHARACTERS], otherwise)


@lru_cache(maxsize=512)
def _liked_language(accepted: str, otherwise: str) -> str:
    liked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";q=")
        language = known_language(tag.strip())
        if language is not None:
            liked.append((_weight(weight), language))
    best = max((weight for weight, _ in liked), default=0.0)
    return next((language for weight, language in liked if weight == best and weight > 0), otherwise)


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=512)
def _content(code: str, facts: tuple[tuple[str, Fact], ...], language: str) -> bytes:
    content = {"code": code, "facts": dict(facts), "message": render(code, dict(facts), language)}
    return json.dumps(content, ensure_ascii=False).encode()

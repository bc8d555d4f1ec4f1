"""Access tokens for a mailbox, from the token end point of OAuth 2 (client credentials or a refresh token)."""

from dataclasses import replace

from connectors.kit.http_answers import Answer, error_code, parsed
from connectors.kit.http_auth import OAuthTokens
from connectors.kit.http_exchange import Limits, Request, Wire
from connectors.kit.http_options import safe_url
from connectors.kit.http_retries import BUSY, PASSING, PassingFailureError, Patience, asked_seconds
from crm_pipelines.model.errors import FatalSourceError

_ANSWER_SECONDS = 60.0
_ANSWER_MEBIBYTES = 1


class MailboxTokens:
    """Tokens that are fetched when they are needed and kept until the mail server refuses one.

    Args:
        source: its name in the project.
        tokens: who asks, and where.
        timeout_seconds: of the end point's silence.
        patience: with an end point that is busy or broken.
    """

    def __init__(self, source: str, tokens: OAuthTokens, timeout_seconds: float, patience: Patience) -> None:
        self._source = source
        self._tokens = tokens
        self._limits = Limits(timeout_seconds, timeout_seconds, _ANSWER_SECONDS, _ANSWER_MEBIBYTES)
        self._patience = patience

    def token(self, is_fresh: bool) -> str:
        """A token; with `is_fresh` a new one.

        Raises:
            FatalSourceError: `source.refused_login`, `source.redirected`, `source.answer_too_large`,
                `source.refused_request`.
            RetriableSourceError: `source.unreachable`, `source.server_error`, `source.too_many_requests`,
                `source.truncated_answer`.
        """
        if is_fresh:
            self._tokens.renew()
        header = self._tokens.headers(self._answer)["Authorization"]
        return header.removeprefix("Bearer ")

    def _answer(self, request: Request) -> Answer:
        safe_url(request.url)
        with Wire(self._source, request.url, self._limits) as wire:
            return self._patience.run(lambda: _judged(wire.send(request)))


def _judged(answer: Answer) -> Answer:
    if answer.status in BUSY | PASSING or answer.status >= 500:
        code = "source.too_many_requests" if answer.status == 429 else "source.server_error"
        raise PassingFailureError(code, dict(answer.facts), asked_seconds(answer))
    try:
        whole = replace(answer, json=parsed(answer.body))
    except ValueError:  # its text quotes the body
        whole = None
    if answer.status in (400, 401, 403):
        found = error_code(whole.json) if whole is not None else None
        raise FatalSourceError("source.refused_login", **answer.facts, found=found or str(answer.status))
    if answer.status >= 300:
        raise FatalSourceError("source.refused_request", **answer.facts, found="-")
    if whole is None:
        raise PassingFailureError("source.truncated_answer", {**answer.facts, "found": "JSON"})
    return whole

"""Calls of Odoo's methods, over JSON-2 (Odoo 19 and later) or JSON-RPC (up to Odoo 21), as one thing.

JSON-2 tells errors by the status of HTTP. JSON-RPC answers 200 to everything: the error is an object, and a login that
is refused is `false`. Tested against a simulator built from the public API description.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.http_auth import Send
from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError

Arguments = Mapping[str, JsonValue]
_SESSION_EXPIRED = 100
_MOST_TRIES = 3
_REFUSED_LOGIN = ("AccessDenied", "SessionExpiredException")
_PASSING = (
    "SerializationFailure",
    "DeadlockDetected",
    "LockNotAvailable",
    "TransactionRollbackError",
    "OperationalError",
    "TooManyRequests",
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")


class OdooCalls(Protocol):
    """Calls of methods of Odoo's models."""

    def call(self, model: str, method: str, arguments: Arguments) -> Answer:
        """The answer, its `json` being what the method returned.

        Raises:
            FatalSourceError, RetriableSourceError: `source.refused_login`, `source.refused_request`,
                `source.server_error`, `source.unexpected_answer`, and those of `HttpClient`.
        """

    def sign_in(self) -> Answer:
        """See that Odoo knows the user; raises as `call`."""


@dataclass(frozen=True, slots=True)
class NoHeader:
    """Credentials that travel in each call."""

    def headers(self, send: Send) -> Mapping[str, str]:  # nothing to fetch
        """None."""
        return {}

    def renew(self) -> bool:
        """There is nothing else to offer."""
        return False


@dataclass(frozen=True, slots=True)
class Json2Calls:
    """JSON-2: one end point per method, named arguments, a key in the header."""

    client: HttpClient

    def call(self, model: str, method: str, arguments: Arguments) -> Answer:
        """One call."""
        return self.client.post(f"/json/2/{model}/{method}", dict(arguments))

    def sign_in(self) -> Answer:
        """Ask for the user's own settings."""
        return self.call("res.users", "context_get", {})


@dataclass(slots=True)
class JsonRpcCalls:
    """JSON-RPC: one end point for all, the credentials in each call, the user's number fetched first.

    Attributes:
        client: of the server.
        database: name of the database.
        user: login name.
        key: API key, or password.
    """

    client: HttpClient
    database: str
    user: str
    key: SecretStr
    _user_id: int | None = None
    _number: int = field(default=0)

    def call(self, model: str, method: str, arguments: Arguments) -> Answer:
        """One call; where the session has expired, the user signs in again, once."""
        for is_last in (False, True):
            if self._user_id is None:
                self.sign_in()
            credentials: list[JsonValue] = [self.database, self._user_id, self.key.get_secret_value()]
            answer, error = self._asked("object", "execute_kw", [*credentials, model, method, [], dict(arguments)])
            if error is None:
                return answer
            if is_last or not _is_expired(error):
                raise _meaning(error, answer)
            self._user_id = None
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def sign_in(self) -> Answer:
        """Fetch the user's number."""
        given: list[JsonValue] = [self.database, self.user, self.key.get_secret_value(), {}]
        answer, error = self._asked("common", "authenticate", given)
        if error is not None:
            raise _meaning(error, answer)
        if not isinstance(answer.json, int) or isinstance(answer.json, bool):
            raise FatalSourceError("source.refused_login", **answer.facts, found="authenticate")
        self._user_id = answer.json
        return answer

    def _asked(self, service: str, method: str, args: list[JsonValue]) -> tuple[Answer, dict[str, JsonValue] | None]:
        """The answer with its result, or with its error; an answer to another call is not taken."""
        self._number += 1
        params: dict[str, JsonValue] = {"service": service, "method": method, "args": args}
        body: JsonValue = {"jsonrpc": "2.0", "method": "call", "id": self._number, "params": params}
        for _ in range(_MOST_TRIES):
            answer = self.client.post("/jsonrpc", body)
            told = answer.mapping()
            error = told.get("error")
            if isinstance(error, dict):
                return answer, error
            if told.get("id") == self._number and "result" in told:
                return _with_json(answer, told["result"]), None
        raise answer.unexpected("id, result", ", ".join(sorted(told))[:80])


def _with_json(answer: Answer, value: JsonValue) -> Answer:
    return Answer(answer.status, answer.headers, answer.body, answer.facts, value)


def _is_expired(error: Mapping[str, JsonValue]) -> bool:
    return error.get("code") == _SESSION_EXPIRED or _class_of(error).endswith("SessionExpiredException")


def _class_of(error: Mapping[str, JsonValue]) -> str:
    """The exception's name, never its message."""
    data = error.get("data")
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else "-"


def _meaning(error: Mapping[str, JsonValue], answer: Answer) -> FatalSourceError | RetriableSourceError:
    found = _class_of(error)
    if _is_expired(error) or found.endswith(_REFUSED_LOGIN):
        return FatalSourceError("source.refused_login", **answer.facts, found=found)
    if found.endswith(_PASSING):
        return RetriableSourceError("source.server_error", **answer.facts, found=found)
    return FatalSourceError("source.refused_request", **answer.facts, found=found)

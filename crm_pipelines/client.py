"""A client of the API: `from crm_pipelines.client import Client`.

Answers are the API's own types; whatever is not answered is an `ApiError` with its code and facts. What the server
cannot take just now (429, 503, no connection) is tried again; every decision carries a key, so none is made twice.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, RootModel, ValidationError

from crm_pipelines.web.api.schemas import (
    Change,
    ChangesPage,
    CrosswalkPage,
    CustomerAnswer,
    DecisionAnswer,
    FactValue,
    MatchAnswer,
    Problem,
    ProposalAnswer,
    RecordPlace,
    SearchAnswer,
    SourceRecordAnswer,
    SourceRecordsAnswer,
)

Said: TypeAlias = Literal["same", "different", "unsure"]
RecordFields: TypeAlias = Mapping[str, str | Sequence[str]]
_AnswerT = TypeVar("_AnswerT", bound=BaseModel)
_PREFIX = "/api/v1"
_AGAIN = (429, 503)
_MOST_TRIES = 5
_LONGEST_WAIT = 60.0


class _Given(RootModel[DecisionAnswer | ProposalAnswer]):
    """What became of it: a decision, or a proposal that waits."""


class ApiError(Exception):
    """A request that was not answered.

    Attributes:
        status: of HTTP; 0 when no answer came.
        code: of the catalogue, as `ledger.question_decided`; `client.no_answer` and `client.not_the_api` are ours.
        facts: what its sentence needs.
        sentence: in the client's language.
    """

    def __init__(
        self, status: int, code: str, facts: Mapping[str, FactValue] | None = None, sentence: str = ""
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.facts = dict(facts or {})
        self.sentence = sentence


class Client:
    """Asks one server; may be used by one thread at a time, and as a context manager.

    Args:
        address: of the server, as `https://crm.example`.
        token: as `crm-pipelines tokens create` showed it.
        language: of sentences, `en` or `ja`; None: the server's.
        timeout: seconds for one try.
        sleep: waits some seconds before the next try.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        language: str | None = None,
        timeout: float = 30.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if language is not None:
            headers["Accept-Language"] = language
        self._http = httpx.Client(base_url=address.rstrip("/") + _PREFIX, headers=headers, timeout=timeout)
        self._sleep = sleep

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def customer(self, golden_id: str) -> CustomerAnswer:
        """What a golden id stands for now; of a retired one the customers it leads to.

        Raises:
            ApiError: `api.unknown_customer`, `api.gone`.
        """
        return self._ask(CustomerAnswer, "GET", f"/customers/{quote(golden_id, safe='')}")

    def source_records(self, rows: Sequence[tuple[str, str]]) -> list[SourceRecordAnswer]:
        """The customers behind rows of sources, each (source, key as the source writes it); at most 100."""
        asked = {"records": [{"source": source, "source_id": key} for source, key in rows]}
        return self._ask(SourceRecordsAnswer, "POST", "/source-records/lookup", asked).results

    def search(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        company: str | None = None,
        limit: int = 20,
    ) -> SearchAnswer:
        """The customers of which one record says all of this."""
        asked = {"email": email, "phone": phone, "name": name, "company": company, "limit": limit}
        return self._ask(SearchAnswer, "POST", "/customers/search", asked)

    def match(
        self,
        record: RecordFields,
        *,
        customer_type: Literal["person", "organisation", "auto"] = "auto",
        limit: int = 5,
    ) -> MatchAnswer:
        """The customers that a record may belong to, before it is created."""
        fields = {name: value if isinstance(value, str) else list(value) for name, value in record.items()}
        asked = {"record": fields, "customer_type": customer_type, "limit": limit}
        return self._ask(MatchAnswer, "POST", "/match", asked)

    def crosswalk(self, *, page: int = 500) -> Iterator[RecordPlace]:
        """Every live record and where it lives, page by page."""
        cursor: str | None = None
        while True:
            asked = {"limit": str(page), **({} if cursor is None else {"cursor": cursor})}
            found = self._ask(CrosswalkPage, "GET", "/crosswalk", query=asked)
            yield from found.records
            cursor = found.next_cursor
            if cursor is None:
                return

    def changes(self, since: int = 0) -> Iterator[Change]:
        """What happened behind a place, up to now; the `seq` of the last one is where to go on the next time."""
        has_more = True
        while has_more:
            found = self._ask(ChangesPage, "GET", "/changes", query={"since": str(since)})
            yield from found.changes
            since, has_more = found.next_since, found.has_more

    def answer(
        self, question_id: str, said: Said, *, reason: str | None = None, key: str | None = None
    ) -> DecisionAnswer | ProposalAnswer:
        """Answer a question of the review queue; where it needs two people, the answer waits for a person's approval.

        Args:
            question_id: of the question.
            said: the answer.
            reason: in words, or None.
            key: names this decision; give the same again to try again after a restart. None: a new one.

        Raises:
            ApiError: `ledger.question_decided`: somebody was first; and others with status 409.
        """
        return self._decide({"kind": "question", "question_id": question_id, "answer": said, "reason": reason}, key)

    def judge(
        self,
        left: Sequence[str],
        right: Sequence[str],
        said: Said,
        *,
        reason: str | None = None,
        key: str | None = None,
    ) -> DecisionAnswer | ProposalAnswer:
        """Say of two sets of record ids that they are one customer, or two; approval and `key` as for `answer`."""
        sides = {"record_ids_left": list(left), "record_ids_right": list(right)}
        return self._decide({"kind": "records", **sides, "answer": said, "reason": reason}, key)

    def undo(
        self, decision_id: str, *, reason: str | None = None, key: str | None = None
    ) -> DecisionAnswer | ProposalAnswer:
        """Take a decision back; approval and `key` as for `answer`."""
        return self._decide({"kind": "undo", "decision_id": decision_id, "reason": reason}, key)

    def _decide(self, asked: Mapping[str, object], key: str | None) -> DecisionAnswer | ProposalAnswer:
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        return self._ask(_Given, "POST", "/decisions", asked, headers=headers).root

    def _ask(  # noqa: PLR0913 - a request has these parts
        self,
        model: type[_AnswerT],
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _AnswerT:
        for tries in range(1, _MOST_TRIES + 1):
            is_last = tries == _MOST_TRIES
            try:
                answer = self._http.request(method, path, json=body, params=query, headers=headers)
            except httpx.TransportError as error:
                if is_last:
                    raise ApiError(0, "client.no_answer", {"error": type(error).__name__}) from None
                self._sleep(float(tries))
                continue
            if answer.status_code not in _AGAIN or is_last:
                return _read(model, answer)
            self._sleep(_seconds(answer, float(tries)))
        raise AssertionError


def _read(model: type[_AnswerT], answer: httpx.Response) -> _AnswerT:
    try:
        if answer.is_success:
            return model.model_validate_json(answer.content)
        told = Problem.model_validate_json(answer.content)
    except ValidationError:  # its text would show what was answered
        raise ApiError(answer.status_code, "client.not_the_api") from None
    raise ApiError(answer.status_code, told.code, told.facts, told.detail)


def _seconds(answer: httpx.Response, otherwise: float) -> float:
    written = answer.headers.get("retry-after", "")
    return min(float(written), _LONGEST_WAIT) if written.isascii() and written.isdigit() else otherwise

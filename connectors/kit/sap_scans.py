"""SAP's business partners page by page, with what hangs on them.

The next page is asked for by key (`BusinessPartner gt '…'`): `$skip`, and tokens that stand for it, count rows, so one
row is missed for each row before them that was archived in the meantime. Where a service does not compare keys, pages
go by `__next` or `$skip` (`paging: skip`), and a read whose number of rows changed does not pass for complete.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.odata_v2 import ODataPage, any_of, odata_page, text_literal
from connectors.kit.rows import key_text
from connectors.kit.sap_rows import KEY
from crm_pipelines.model.delivery import JsonValue

PARTNERS = "/A_BusinessPartner"
CONTACTS = "/A_BusinessPartnerContact"
PERSON = "1"
KEYS_A_REQUEST = 40
ADDRESS_PARTS = ("to_EmailAddress", "to_PhoneNumber", "to_MobilePhoneNumber", "to_FaxNumber", "to_URLAddress")
PARTNER_LINKS = (
    "to_BusinessPartnerAddress/to_AddressUsage",
    *(f"to_BusinessPartnerAddress/{part}" for part in ADDRESS_PARTS),
    "to_BusinessPartnerTax",
    "to_BuPaIdentification",
)
CONTACT_LINKS = (
    "to_ContactRelationship",
    *(f"to_ContactAddress/{part}" for part in ADDRESS_PARTS[:3]),
)


@dataclass(frozen=True, slots=True)
class ScanState:
    """How far a scan is.

    Attributes:
        after: key of the last row; None at the beginning.
        n: rows so far.
        count: how many there were when it began; None where the service does not say.
        has_holes: a row without a key, or a number of rows that changed while `$skip` counted them.
    """

    after: str | None = None
    n: int = 0
    count: int | None = None
    has_holes: bool = False

    @classmethod
    def from_json(cls, stored: JsonValue) -> "ScanState":
        """From a bookmark; the beginning if it holds something else."""
        state = stored if isinstance(stored, dict) else {}
        after, n, count = state.get("after"), state.get("n"), state.get("count")
        return cls(
            after if isinstance(after, str) else None,
            n if isinstance(n, int) else 0,
            count if isinstance(count, int) else None,
            state.get("has_holes") is True,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """For a bookmark."""
        return {"after": self.after, "n": self.n, "count": self.count, "has_holes": self.has_holes}

    @property
    def is_complete(self) -> bool:
        """Whether a scan of everything has, at its end, shown everything; one that shows nothing proves nothing."""
        return not self.has_holes and self.n > 0 and (self.count is None or self.n >= self.count)


@dataclass(frozen=True, slots=True)
class SapService:
    """A client and how to ask with it.

    Attributes:
        client: of the service's root.
        source: the source's name in the project.
        page_size: `$top`.
        links: `$expand`.
        sap_client: the client (Mandant) as a number; None takes the service's own.
        paging: by key or by number.
    """

    client: HttpClient
    source: str
    page_size: int
    links: Sequence[str]
    sap_client: str | None
    paging: Literal["key", "skip"]

    def asked(self, path: str = "/", **params: str) -> Answer:
        """One request; names of parameters get their `$`."""
        return self._got(path, {f"${name}": text for name, text in params.items()})

    def _got(self, path: str, query: dict[str, str]) -> Answer:
        client = {} if self.sap_client is None else {"sap-client": self.sap_client}
        return self.client.get(path, {"$format": "json", **client, **query})

    def scan(self, condition: str | None, state: ScanState) -> Iterator[tuple[list[JsonValue], ScanState]]:
        """The pages of business partners that fulfil a condition from a state on, in the order of keys.

        Raises:
            FatalSourceError, RetriableSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those
                of `HttpClient`.
        """
        guard = CursorGuard(self.source, "partners")
        token: dict[str, str] | None = None
        while True:
            guard.go_on([state.after, state.n, (token or {}).get("$skiptoken")])
            answer = self._page(condition, state) if token is None else self._got(PARTNERS, token)
            page = odata_page(answer)
            before, state = state, self._state_after(state, page, answer)
            if state != before:  # else the page before, given once more
                yield page.values, state
            has_more = page.next_query is not None or self._has_more(page, state)
            if not has_more:
                return
            token = page.next_query if self.paging == "skip" or not page.values else None

    def by_key(self, keys: Sequence[str]) -> Iterator[JsonValue]:
        """The business partners of these keys."""
        for at in range(0, len(keys), KEYS_A_REQUEST):
            yield from self._all(PARTNERS, any_of(KEY, keys[at : at + KEYS_A_REQUEST]), self.links)

    def contacts_of(self, values: Sequence[JsonValue]) -> dict[str, list[JsonValue]]:
        """The entries that make the persons among these business partners somebody's contact person, by person."""
        found: dict[str, list[JsonValue]] = {}
        persons = [key for value in values if (key := _person_key(value)) is not None]
        for at in range(0, len(persons), KEYS_A_REQUEST):
            wanted = any_of("BusinessPartnerPerson", persons[at : at + KEYS_A_REQUEST])
            for entry in self._all(CONTACTS, wanted, CONTACT_LINKS):
                if isinstance(entry, dict):
                    found.setdefault(str(entry.get("BusinessPartnerPerson")), []).append(entry)
        return found

    def _all(self, path: str, condition: str, links: Sequence[str]) -> Iterator[JsonValue]:
        """Everything that fulfils a condition which only a few can."""
        guard = CursorGuard(self.source, path.strip("/"))
        page = odata_page(self.asked(path, filter=condition, expand=",".join(links)))
        yield from page.values
        while page.next_query is not None:
            guard.go_on(dict(page.next_query))
            page = odata_page(self._got(path, page.next_query))
            yield from page.values

    def _page(self, condition: str | None, state: ScanState) -> Answer:
        conditions = [condition] if condition else []
        skip = {}
        if self.paging == "skip":
            skip = {"skip": str(state.n)}
        elif state.after is not None:
            conditions.append(f"{KEY} gt {text_literal(state.after)}")
        return self.asked(
            PARTNERS,
            **({"filter": " and ".join(conditions)} if conditions else {}),
            **({"expand": ",".join(self.links)} if self.links else {}),
            orderby=KEY,
            top=str(self.page_size),
            inlinecount="allpages",
            **skip,
        )

    def _state_after(self, state: ScanState, page: ODataPage, answer: Answer) -> ScanState:
        keys = [key_text([each.get(KEY)]) if isinstance(each, dict) else None for each in page.values]
        known = [key for key in keys if key is not None]
        if keys and not known and self.paging == "key":
            raise answer.unexpected(f"d.results.{KEY}", "null")
        if known and known[-1] == state.after:
            return state
        begun = replace(state, count=page.count) if state.n == 0 and state.after is None else state
        has_moved = self.paging == "skip" and page.count is not None and page.count != begun.count
        return replace(
            begun,
            after=known[-1] if known else state.after,
            n=state.n + len(keys),
            has_holes=state.has_holes or len(known) < len(keys) or has_moved,
        )

    def _has_more(self, page: ODataPage, state: ScanState) -> bool:
        """Whether there is more though the service gave no `__next`: the page is full, or the count says so.

        The count of a page by key is of what was left with it; by number it is of everything.
        """
        if not page.values:
            return False
        n_before = state.n if self.paging == "skip" else len(page.values)
        return len(page.values) >= self.page_size or (page.count is not None and page.count > n_before)


def _person_key(value: JsonValue) -> str | None:
    if not isinstance(value, dict) or str(value.get("BusinessPartnerCategory")) != PERSON:
        return None
    return key_text([value.get(KEY)])

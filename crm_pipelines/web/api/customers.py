"""Customers by their id, by the rows of a source, and by what one of their records says."""

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.responses import Response

from crm_pipelines.model.errors import Fact
from crm_pipelines.model.ids import read_golden_id
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.exact_search import find_exactly, keys_of
from crm_pipelines.stores.named_rows import named_rows
from crm_pipelines.stores.record_names import RecordNames
from crm_pipelines.stores.subjects import find_subject
from crm_pipelines.stores.whole_customers import whole_customers
from crm_pipelines.web.api.problems import UnusableRequestError
from crm_pipelines.web.api.replies import reply, reply_unless_known
from crm_pipelines.web.api.requests import SearchRequest, SourceRecordKey, SourceRecordsRequest
from crm_pipelines.web.api.schemas import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAnswer,
    FoundCustomer,
    GoldenValue,
    RecordPlace,
    Relationship,
    SearchAnswer,
    SourceRecordAnswer,
    SourceRecordsAnswer,
)
from crm_pipelines.web.reading_room import Look

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

_FIELDS = ("email", "phone", "name", "company")


def customer(request: Request, golden_id: str) -> Response:
    """One customer whole; of a retired id the customers it leads to now.

    A retired id is answered with 200 and `is_retired`, never with a redirect: what it leads to is another customer, may
    be several, and may be others tomorrow.
    """
    return reply_unless_known(request, lambda look: _customer(look, golden_id))


def source_records(request: Request, asked: SourceRecordsRequest) -> Response:
    """The customers behind rows of sources. Keys of rows may be personal: they stand in the body."""
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        names = RecordNames.of(look.loaded)
        rows = [names.source_record_id(one.source, one.source_id) for one in asked.records]
        homes: dict[str, list[dict[str, Any]]] = {row: [] for row in rows}
        for home in named_rows(look.con, "homes_of_rows", {"rows": rows}):
            homes[home["source_record_id"]].append(home)
        results = [_source_record(one, homes[row]) for one, row in zip(asked.records, rows, strict=True)]
        return reply(SourceRecordsAnswer(results=results, publication=look.version))


def search(request: Request, asked: SearchRequest) -> Response:
    """The customers of which one record says exactly this, compared as matching compares: by standardised keys."""
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        return reply(find_customers(look, asked))


def find_customers(look: Look, asked: SearchRequest) -> SearchAnswer:
    """What a search answers; the seam for a search that forgives typing errors.

    Raises:
        UnusableRequestError: `api.unusable_value` (field): a text says nothing that could be compared.
    """
    project = look.loaded.project
    texts = {field: text for field in _FIELDS if (text := getattr(asked, field)) and text.strip()}
    keys = keys_of(texts, Place(project.country, project.timezone))
    for field, found in keys.items():
        if not found:
            raise UnusableRequestError("api.unusable_value", field=field)
    holders = partial(look.publication.search.customers_with, look.version)
    hits = find_exactly(look.con, keys, asked.limit + 1, holders)
    customers = [
        FoundCustomer(**_named(hit.customer, FoundCustomer), record_ids=list(hit.record_ids))
        for hit in hits[: asked.limit]
    ]
    return SearchAnswer(customers=customers, is_complete=len(hits) <= asked.limit, publication=look.version)


def _customer(look: Look, written: str) -> CustomerAnswer:
    golden_id = read_golden_id(written)
    subject = None if golden_id is None else find_subject(look.con, golden_id)
    if subject is None:
        raise UnusableRequestError("api.unknown_customer")
    if not subject.golden_ids:
        facts: dict[str, Fact] = {"golden_id": subject.name}
        raise UnusableRequestError("api.gone", **facts)
    found = [_whole(row) for row in whole_customers(look.con, subject.golden_ids)]
    is_retired = subject.golden_ids != (subject.name,)
    return CustomerAnswer(golden_id=subject.name, is_retired=is_retired, customers=found, publication=look.version)


def _whole(row: dict[str, Any]) -> Customer:
    parts = {
        "values": [GoldenValue(**_named(value, GoldenValue)) for value in row["values"]],
        "contact_points": [ContactPoint(**_named(point, ContactPoint)) for point in row["contact_points"]],
        "consents": [Consent(**_named(consent, Consent)) for consent in row["consents"]],
        "relationships": [
            Relationship(
                golden_id_from=one.golden_id_from, kind=one.kind, golden_id_to=one.golden_id_to, since=one.since
            )
            for one in row["relationships"]
        ],
        "records": [RecordPlace(**_named(place, RecordPlace)) for place in row["records"]],
    }
    return Customer(**{**_named(row, Customer), **parts})


def _source_record(asked: SourceRecordKey, homes: list[dict[str, Any]]) -> SourceRecordAnswer:
    live = [home for home in homes if home["is_live"]]
    now = {home["golden_id"] for home in live}
    return SourceRecordAnswer(
        source=asked.source,
        source_id=asked.source_id,
        is_known=bool(homes),
        records=[RecordPlace(**_named(home, RecordPlace)) for home in live],
        former_golden_ids=sorted({home["golden_id"] for home in homes} - now),
    )


def _named(row: Any, answer: Any) -> dict[str, Any]:
    """The columns of a row that an answer has fields for."""
    return {name: row[name] for name in answer.model_fields if name in row}

"""A customer: its page, its records, its history. Whom a retired id leads to is shown in its place."""

from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import Fault
from crm_pipelines.model.ids import read_golden_id
from crm_pipelines.stores.customer_file import CustomerRow, customer_row, names_of
from crm_pipelines.stores.identity_history import identity_changes, similar_ids, value_changes
from crm_pipelines.stores.pinning import PINNABLE
from crm_pipelines.stores.subjects import Subject, find_subject
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.customer import customer_view, glyphs
from crm_pipelines.web.views.customer_records import full_lines
from crm_pipelines.web.views.graph import graph_of
from crm_pipelines.web.views.seen import Names, change_seen
from crm_pipelines.web.views.timeline import told
from crm_pipelines.web.visitors import Visitor, signed_in
from crm_pipelines.web.web_state import WebState

Code = Annotated[str, Query(max_length=60)]
_ID_LENGTH = 12


def add_customer_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/customers/{golden_id}", dependencies=needs(Permission.CUSTOMERS, "customer"))(customer)
    app.get("/customers/{golden_id}/records", dependencies=needs(Permission.CUSTOMERS, "customer"))(records)
    app.get("/customers/{golden_id}/graph", dependencies=needs(Permission.CUSTOMERS, "customer"))(graph)
    app.get("/customers/{golden_id}/history", dependencies=needs(Permission.CUSTOMERS, "customer"))(history)


def customer(request: Request, golden_id: str, came_from: Code = "") -> Response:
    """The golden customer with where each value comes from, and what happened."""
    visitor = signed_in(request)
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        found = living(request, visitor, look, golden_id)
        if isinstance(found, Response):
            return found
        subject, row = found
        note_look(request, visitor, "customer", row.golden_id, (row.golden_id,))
        view = customer_view(look, subject, row, visitor.sight)
        shown_from = came_from if came_from in row.former_ids else None
        waiting = web.stewards.batches.acts()
        return page(
            request, visitor, "customer",
            view=view, shapes=glyphs(look), pinnable=PINNABLE, came_from=shown_from,
            proposals=[one for one in waiting if one.act is not None and one.act.touches(subject.members)],
        )  # fmt: skip


def records(request: Request, golden_id: str) -> Response:
    """All records of a customer, field by field."""
    visitor = signed_in(request)
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        found = living(request, visitor, look, golden_id, "/records")
        if isinstance(found, Response):
            return found
        subject, row = found
        note_look(request, visitor, "customer", row.golden_id, (row.golden_id,))
        fields, lines = full_lines(look, row.golden_id, subject.members, visitor.sight)
        return page(request, visitor, "customer_records", row=row, fields=fields, lines=lines, shapes=glyphs(look))


def graph(request: Request, golden_id: str) -> Response:
    """The records of a customer as a picture; a part of its page, which asks for it by itself."""
    visitor = signed_in(request)
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        found = living(request, visitor, look, golden_id, "/graph")
        if isinstance(found, Response):
            return found
        subject, row = found
        note_look(request, visitor, "customer", row.golden_id, (row.golden_id,))
        drawn = graph_of(look, (subject.members,), visitor.sight)
    template = "graph_part" if request.headers.get("x-part") == "1" else "graph"
    return page(request, visitor, template, graph=drawn, name=row.golden_id, place=f"/customers/{row.golden_id}")


def history(request: Request, golden_id: str) -> Response:
    """All that happened to an id, living or not, and to the values under it."""
    visitor = signed_in(request)
    web: WebState = request.app.state.web
    name = read_golden_id(golden_id)
    with web.stewards.room.look() as look:
        changes = [] if name is None else identity_changes(look.con, name)
        if name is None or not changes:
            return _unknown(request, visitor, look, golden_id)
        note_look(request, visitor, "customer", name, (name,))
        events = [{"change": one, "sentence": told(one)} for one in reversed(changes)]
        values = [change_seen(one, visitor.sight) for one in reversed(value_changes(look.con, name))]
        return page(request, visitor, "customer_history", golden_id=name, events=events, changes=values)


def living(
    request: Request, visitor: Visitor, look: Look, written: str, below: str = ""
) -> tuple[Subject, CustomerRow] | Response:
    """The living customer of an id, or the answer to one that is none.

    Args:
        request: what was asked.
        visitor: who asks.
        look: at the publication.
        written: the id, as somebody may have typed it.
        below: the rest of the address, for whom an id leads to.
    """
    name = read_golden_id(written)
    subject = None if name is None else find_subject(look.con, name)
    if subject is None:
        return _unknown(request, visitor, look, written)
    if subject.golden_ids != (subject.name,):
        return _retired(request, visitor, look, subject, below)
    if written != subject.name:
        return RedirectResponse(f"/customers/{subject.name}{below}", 302)
    row = customer_row(look.con, subject.name)
    return _unknown(request, visitor, look, written) if row is None else (subject, row)


def _retired(request: Request, visitor: Visitor, look: Look, subject: Subject, below: str) -> Response:
    """Never 301: an unmerge may bring the id back."""
    if len(subject.golden_ids) == 1:
        return RedirectResponse(f"/customers/{subject.golden_ids[0]}{below}?came_from={subject.name}", 302)
    if subject.golden_ids:
        names = names_of(look.con, subject.golden_ids)
        title = visitor.say("web.customer.parted")
        fault = Fault("web.customer.leads_to_several", {"golden_id": subject.name})
        seen = Names(look, visitor.sight, subject.golden_ids)
        found = [(golden_id, seen.of(golden_id, names.get(golden_id))) for golden_id in subject.golden_ids]
        return page(
            request, visitor, "customer_gone",
            title=title, fault=fault, successors=found, golden_id=subject.name, has_history=True,
        )  # fmt: skip
    fault = Fault("web.customer.ended", {"golden_id": subject.name})
    title = visitor.say("web.customer.ended_title")
    return page(
        request, visitor, "customer_gone", 404,
        title=title, fault=fault, successors=[], golden_id=subject.name, has_history=True,
    )  # fmt: skip


def _unknown(request: Request, visitor: Visitor, look: Look, written: str) -> Response:
    """Why nobody knows an id; what was typed is not repeated, as it may be anything."""
    n_characters = sum(character.isalnum() for character in written)
    similar = similar_ids(look.con, written) if n_characters <= 2 * _ID_LENGTH else []
    if read_golden_id(written) is not None:
        code = "web.customer.never_published"
    else:
        code = "identity.mistyped" if n_characters == _ID_LENGTH else "identity.no_id"
        code = f"{code}_similar" if similar else code
    fault = Fault(code, {"n_characters": n_characters, "similar": ", ".join(similar)})
    title = visitor.say("web.customer.unknown")
    return page(
        request, visitor, "customer_gone", 404,
        title=title, fault=fault, successors=[(name, None) for name in similar], golden_id="", has_history=False,
    )  # fmt: skip

"""Merge customers, split one, take a decision back: shown before it is recorded, and asked back on a conflict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.model.ids import read_golden_id
from crm_pipelines.stores import second_person, stewardship
from crm_pipelines.stores.customer_file import CustomerRow
from crm_pipelines.stores.identity_history import identity_changes
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.stewardship import Proposal, Signature
from crm_pipelines.stores.subjects import Subject, find_subject
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.routes.customers import living
from crm_pipelines.web.sights import desk_of, person_of, signature
from crm_pipelines.web.views.acts import Asked, act_view, conflict_told
from crm_pipelines.web.views.customer import glyphs, record_lines
from crm_pipelines.web.views.customer_records import token_of
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_REASON = 2000
_MOST_RECORDS = 500
_RECORD = "record"
Code = Annotated[str, Query(max_length=60)]
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]
Names = Annotated[tuple[str, ...], Form(max_length=_MOST_RECORDS)]
Propose = Callable[[Signature, Sequence[str]], Proposal]


def add_customer_act_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    acting = needs(Permission.DECIDE, "customer", is_whole=True)
    app.get("/customers/{golden_id}/merge", dependencies=acting)(merge_page)
    app.post("/customers/{golden_id}/merge", dependencies=acting)(merge)
    app.get("/customers/{golden_id}/split", dependencies=acting)(split_page)
    app.post("/customers/{golden_id}/split", dependencies=acting)(split)
    app.get("/customers/{golden_id}/undo/{decision_id}", dependencies=acting)(undo_page)
    app.post("/customers/{golden_id}/undo/{decision_id}", dependencies=acting)(undo)


@dataclass(frozen=True, slots=True)
class _Step:
    """What the form wants: to be shown, or to be recorded, and why; `shown` is the fingerprint of what was shown."""

    is_final: bool = False
    reason: str = ""
    replacing: Sequence[str] = ()
    shown: str = ""

    def is_as_shown(self, act: Act, *, needs_two: bool) -> bool:
        """Whether nothing else is recorded than was shown; what a second person approves must have been."""
        return self.shown == act.fingerprint or not (self.shown or needs_two)


def merge_page(request: Request, golden_id: str, other: Code = "") -> Response:
    """Whom to merge with; with an id, what it would do."""
    visitor = deciding(request)
    return _merged(request, visitor, golden_id, other, _Step())


def merge(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    golden_id: str,
    form_word: Word,
    other: Word = "",
    act: Word = "",
    reason: Reason = "",
    replacing: Names = (),
    shown: Word = "",
) -> Response:
    """Show what merging with an id would do, or record it."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    return _merged(request, visitor, golden_id, other, _Step(act == _RECORD, reason, replacing, shown))


def split_page(
    request: Request,
    golden_id: str,
    event: Annotated[int, Query(ge=0)] = 0,
    record: Annotated[tuple[str, ...], Query(max_length=_MOST_RECORDS)] = (),
) -> Response:
    """Which records to part; those of an event are ticked to take it back, and those chosen in a list, by token."""
    visitor = deciding(request)
    with desk_of(request).room.look() as look:
        found = living(request, visitor, look, golden_id, "/split")
        if isinstance(found, Response):
            return found
        subject, row = found
        joined = [one for one in identity_changes(look.con, row.golden_id) if one.position == event]
        ticked = [name for one in joined for name in one.record_ids]
        ticked += [name for name in subject.members if token_of(look, row.golden_id, name) in record]
        return _choice(request, visitor, look, subject, row, ticked)


def split(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    golden_id: str,
    form_word: Word,
    record: Names = (),
    act: Word = "",
    reason: Reason = "",
    replacing: Names = (),
    shown: Word = "",
) -> Response:
    """Show what parting some records would do, or record it."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    step = _Step(act == _RECORD, reason, replacing, shown)
    with desk_of(request).room.look() as look:
        found = living(request, visitor, look, golden_id, "/split")
        if isinstance(found, Response):
            return found
        subject, row = found
        if not record:
            problem = Fault("web.split.none_chosen")
            return _choice(request, visitor, look, subject, row, [], problem, 422)
        asked = Asked("split", row, tuple(("record", name) for name in record), (subject,))

        def propose(signed: Signature, giving_way: Sequence[str]) -> Proposal:
            return stewardship.split(look.desk, subject, record, signed, giving_way)

        return _carried(request, visitor, look, asked, step, propose)


def undo_page(request: Request, golden_id: str, decision_id: str) -> Response:
    """What taking a decision back would do."""
    visitor = deciding(request)
    return _undone(request, visitor, golden_id, decision_id, _Step())


def undo(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    golden_id: str,
    decision_id: str,
    form_word: Word,
    act: Word = "",
    reason: Reason = "",
    shown: Word = "",
) -> Response:
    """Take a decision back."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    return _undone(request, visitor, golden_id, decision_id, _Step(act == _RECORD, reason, (), shown))


def _merged(request: Request, visitor: Visitor, golden_id: str, other: str, step: _Step) -> Response:
    with desk_of(request).room.look() as look:
        found = living(request, visitor, look, golden_id, "/merge")
        if isinstance(found, Response):
            return found
        subject, row = found
        if not other.strip():
            return page(request, visitor, "customer_merge", row=row, problem=None)
        partner = find_subject(look.con, read_golden_id(other) or other.strip())
        if partner is None:
            return page(request, visitor, "customer_merge", 422, row=row, problem=Fault("web.merge.no_such_id"))
        asked = Asked("merge", row, (("other", other.strip()),), (subject, partner))

        def propose(signed: Signature, giving_way: Sequence[str]) -> Proposal:
            return stewardship.merge(look.desk, [subject, partner], signed, giving_way)

        return _carried(request, visitor, look, asked, step, propose)


def _undone(request: Request, visitor: Visitor, golden_id: str, decision_id: str, step: _Step) -> Response:
    with desk_of(request).room.look() as look:
        found = living(request, visitor, look, golden_id, f"/undo/{decision_id}")
        if isinstance(found, Response):
            return found
        asked = Asked("unmerge", found[1], (), (), decision_id, look.desk.by_id.get(decision_id))

        def propose(signed: Signature, giving_way: Sequence[str]) -> Proposal:
            return stewardship.undo(look.desk, decision_id, signed)

        return _carried(request, visitor, look, asked, step, propose, f"undo/{decision_id}")


def _carried(  # noqa: PLR0913, PLR0917 - what is asked for, how, and where it is shown
    request: Request,
    visitor: Visitor,
    look: Look,
    asked: Asked,
    step: _Step,
    propose: Propose,
    address: str | None = None,
) -> Response:
    """Show what a change would do, or record it, or lay it down; what is in the way is told, and may be replaced."""
    desk, place = desk_of(request), f"/customers/{asked.row.golden_id}"
    shown: dict[str, Any] = {"asked": asked, "place": place, "address": f"{place}/{address or asked.kind}"}
    shown |= {"reason": step.reason, "shapes": glyphs(look), "replacing": list(step.replacing)}
    signed = signature(visitor, step.reason)
    try:
        proposal = propose(signed, step.replacing)
        act = asked.act(look, proposal)
        needs_two = look.loaded.rules.review.needs_two(act.n_records)
        is_final = step.is_final and step.is_as_shown(act, needs_two=needs_two)
        if is_final and needs_two:
            second_person.propose(desk.batches, proposal, person_of(visitor), act=act, replacing=step.replacing)
        elif is_final:
            stewardship.record(desk.ledger.by(visitor.known.person_id), proposal)
    except ConflictError as error:
        told = conflict_told(error, request.app.state.web.timezone)
        waiting = desk.batches.find(str(error.facts.get("batch_id", "")))
        return page(
            request, visitor, "customer_act", 409,
            view=None, conflict=told, is_changed=False, needs_two=False, waiting=waiting, **shown,
        )  # fmt: skip
    if is_final:
        return RedirectResponse(place, 303)
    seen = (asked.row.golden_id, *(() if asked.partner is None else asked.partner.golden_ids))
    note_look(request, visitor, "customer", asked.row.golden_id, seen)
    return page(
        request, visitor, "customer_act", 409 if step.is_final else 200,
        view=act_view(look, proposal, visitor.sight, visitor.now), conflict=None, is_changed=step.is_final,
        act=act, needs_two=needs_two, waiting=desk.batches.act_about(act), **shown,
    )  # fmt: skip


def _choice(  # noqa: PLR0913, PLR0917 - what is shown
    request: Request,
    visitor: Visitor,
    look: Look,
    subject: Subject,
    row: CustomerRow,
    ticked: Sequence[str],
    problem: Fault | None = None,
    status: int = 200,
) -> Response:
    note_look(request, visitor, "customer", row.golden_id, (row.golden_id,))
    lines = record_lines(look, subject.members, visitor.sight)
    return page(
        request, visitor, "customer_split", status,
        row=row, lines=lines, ticked=ticked, shapes=glyphs(look), problem=problem,
    )  # fmt: skip

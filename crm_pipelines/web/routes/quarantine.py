"""Quarantine: what is held back, one row, and what somebody says of it."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

from fastapi import FastAPI, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine import HeldRow, held_row
from crm_pipelines.stores.quarantine_desk import QuarantineDesk
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of
from crm_pipelines.web.views.quarantine import address, quarantine_view, row_view
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_REASON = 2000
_COLUMN = "column:"
_MOST_VALUE = 10_000
Code = Annotated[str, Query(max_length=100)]
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]
Act: TypeAlias = Callable[[QuarantineDesk, list[HeldRow], Signature], int]


def add_quarantine_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    seeing = needs(Permission.QUARANTINE, "customer", is_whole=True)
    mending = needs(Permission.REPAIR, "customer", is_whole=True)
    app.get("/quarantine", dependencies=seeing)(quarantine)
    app.post("/quarantine/drop", dependencies=mending)(drop_all)
    app.post("/quarantine/release", dependencies=mending)(release_all)
    app.post("/quarantine/undo", dependencies=mending)(undo_all)
    app.get("/quarantine/{row_id}", dependencies=seeing)(row)
    app.post("/quarantine/{row_id}/fix", dependencies=mending)(fix)
    app.post("/quarantine/{row_id}/drop", dependencies=mending)(drop)
    app.post("/quarantine/{row_id}/release", dependencies=mending)(release)
    app.post("/quarantine/{row_id}/undo", dependencies=mending)(undo)


def quarantine(request: Request, source: Code = "", reason: Code = "", after: Code = "") -> Response:
    """What is held back."""
    visitor = deciding(request)
    with desk_of(request).room.look() as look:
        return _list_page(request, visitor, look, source, reason, after)


def row(request: Request, row_id: str) -> Response:
    """One row with what is wrong in it."""
    visitor = deciding(request)
    with desk_of(request).room.look() as look:
        found = held_row(ProjectPaths(look.loaded.root), row_id)
        return _gone(request, visitor) if found is None else _row_page(request, visitor, look, found)


async def fix(request: Request, row_id: str) -> Response:
    """Put columns of a row right; it is read so from the next run on. What would be held back again is refused."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_fixed, request, row_id, form)


def _fixed(request: Request, row_id: str, form: dict[str, str]) -> Response:
    visitor = deciding(request)
    require_own_form(request, visitor, form.get("form_word", ""))
    with desk_of(request).room.look() as look:
        found = held_row(ProjectPaths(look.loaded.root), row_id)
        if found is None:
            return _gone(request, visitor)
        desk = _quarantine(request, look)
        shown = {cell.column: cell for cell in row_view(look, desk, found).cells}
        sent = {name.removeprefix(_COLUMN): value for name, value in form.items() if name.startswith(_COLUMN)}
        changed = {
            name: value or None
            for name, value in sent.items()
            if name in shown and shown[name].is_text and _lines(value) != _lines(shown[name].value)
        }
        try:
            if max(map(len, form.values())) > _MOST_VALUE:
                raise ConflictError("quarantine.unchanged")
            desk.fix(found, changed, _signed(visitor, form.get("reason", "")[:_MOST_REASON]))
        except ConflictError as refused:
            return _row_page(request, visitor, look, found, refused.fault, sent)
    return RedirectResponse(f"/quarantine/{row_id}", 303)


def drop(request: Request, row_id: str, form_word: Word, reason: Reason = "") -> Response:
    """Decide that a row is not to be read."""
    return _one(request, row_id, form_word, reason, QuarantineDesk.drop)


def release(request: Request, row_id: str, form_word: Word, reason: Reason = "") -> Response:
    """Let a row go on as it is, in spite of its reason."""
    return _one(request, row_id, form_word, reason, QuarantineDesk.release)


def undo(request: Request, row_id: str, form_word: Word) -> Response:
    """Take back what was said of a row."""
    return _one(request, row_id, form_word, "", QuarantineDesk.undo)


def drop_all(request: Request, form_word: Word, source: Code = "", reason: Code = "", why: Reason = "") -> Response:
    """Drop all rows of a reason."""
    return _all(request, form_word, (source, reason), why, QuarantineDesk.drop)


def release_all(request: Request, form_word: Word, source: Code = "", reason: Code = "", why: Reason = "") -> Response:
    """Let all rows of a reason go on as they are."""
    return _all(request, form_word, (source, reason), why, QuarantineDesk.release)


def undo_all(request: Request, form_word: Word, source: Code = "", reason: Code = "") -> Response:
    """Take back what was said of all rows of a reason."""
    return _all(request, form_word, (source, reason), "", QuarantineDesk.undo)


def _one(request: Request, row_id: str, form_word: str, reason: str, act: Act) -> Response:
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    with desk_of(request).room.look() as look:
        found = held_row(ProjectPaths(look.loaded.root), row_id)
        if found is None:
            return _gone(request, visitor)
        try:
            act(_quarantine(request, look), [found], _signed(visitor, reason))
        except ConflictError as refused:
            return _row_page(request, visitor, look, found, refused.fault)
    return RedirectResponse(f"/quarantine/{row_id}", 303)


def _all(request: Request, form_word: str, wanted: tuple[str, str], reason: str, act: Act) -> Response:
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    with desk_of(request).room.look() as look:
        desk = _quarantine(request, look)
        try:
            act(desk, desk.chosen(*wanted), _signed(visitor, reason))
        except ConflictError as refused:
            return _list_page(request, visitor, look, *wanted, "", refused.fault)
    return RedirectResponse(address(*wanted), 303)


def _signed(visitor: Visitor, reason: str) -> Signature:
    return Signature(person_of(visitor).name, visitor.now, reason.strip() or None)


def _quarantine(request: Request, look: Look) -> QuarantineDesk:
    return QuarantineDesk(look.loaded, desk_of(request).ledger.by(deciding(request).known.person_id))


def _list_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request, visitor: Visitor, look: Look, source: str, reason: str, after: str, problem: Fault | None = None
) -> Response:
    view = quarantine_view(look, _quarantine(request, look), source, reason, after)
    status = 200 if problem is None else 422
    return page(request, visitor, "quarantine", status, view=view, problem=problem)


def _row_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    look: Look,
    held: HeldRow,
    problem: Fault | None = None,
    sent: dict[str, str] | None = None,
) -> Response:
    view = row_view(look, _quarantine(request, look), held)
    status = 200 if problem is None else 422
    shown = {"view": view, "problem": problem, "sent": sent or {}}
    return page(request, visitor, "quarantine_row", status, **shown)


def _gone(request: Request, visitor: Visitor) -> Response:
    shown = {"title": visitor.say("web.quarantine.title"), "text": "web.quarantine.gone", "facts": {}}
    return page(request, visitor, "message", 404, **shown)


def _lines(text: str) -> str:
    """A form sends other line ends than the row had."""
    return text.replace("\r\n", "\n")

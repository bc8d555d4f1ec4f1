"""Quarantine: what is held back, one row, and what somebody says of it."""

from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.ledger.facts import NewCorrection
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine import HeldRow, held_row, held_rows
from crm_pipelines.stores.row_corrections import RowCorrections, row_digest
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of
from crm_pipelines.web.views.quarantine import address, is_dropped, quarantine_view, row_view, still_wrong
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_AT_ONCE = 500
_MOST_REASON = 2000
_COLUMN = "column:"
_MOST_VALUE = 10_000
Code = Annotated[str, Query(max_length=100)]
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]


def add_quarantine_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/quarantine", dependencies=needs(Permission.QUARANTINE, "customer"))(quarantine)
    app.post("/quarantine/drop", dependencies=needs(Permission.REPAIR, "customer"))(drop_all)
    app.post("/quarantine/release", dependencies=needs(Permission.REPAIR, "customer"))(release_all)
    app.get("/quarantine/{row_id}", dependencies=needs(Permission.QUARANTINE, "customer"))(row)
    app.post("/quarantine/{row_id}/fix", dependencies=needs(Permission.REPAIR, "customer"))(fix)
    app.post("/quarantine/{row_id}/drop", dependencies=needs(Permission.REPAIR, "customer"))(drop)
    app.post("/quarantine/{row_id}/release", dependencies=needs(Permission.REPAIR, "customer"))(release)


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
    desk = desk_of(request)
    with desk.room.look() as look:
        found = held_row(ProjectPaths(look.loaded.root), row_id)
        if found is None:
            return _gone(request, visitor)
        shown = {cell.column: cell for cell in row_view(look, _corrections(request, look), found).cells}
        sent = {name.removeprefix(_COLUMN): value for name, value in form.items() if name.startswith(_COLUMN)}
        changed = {
            name: value or None
            for name, value in sent.items()
            if name in shown and shown[name].is_text and _lines(value) != _lines(shown[name].value)
        }
        fault = still_wrong(look, found, changed, visitor.now)
        if not changed or fault is not None or max(map(len, form.values())) > _MOST_VALUE:
            problem = fault or Fault("web.quarantine.unchanged")
            return _row_page(request, visitor, look, found, problem, sent)
        reason = form.get("reason", "")[:_MOST_REASON].strip() or None
        desk.ledger.by(visitor.known.person_id).record_corrections(
            [_said(look, visitor, found, "fix", reason, changed)]
        )
    return RedirectResponse(f"/quarantine/{row_id}", 303)


def drop(request: Request, row_id: str, form_word: Word, reason: Reason = "") -> Response:
    """Decide that a row is not to be read."""
    return _one(request, row_id, form_word, "drop", reason)


def release(request: Request, row_id: str, form_word: Word) -> Response:
    """Take back what was said of a row."""
    return _one(request, row_id, form_word, "keep", None)


def drop_all(request: Request, form_word: Word, source: Code = "", reason: Code = "", why: Reason = "") -> Response:
    """Drop all rows of a reason."""
    return _all(request, form_word, (source, reason), "drop", why)


def release_all(request: Request, form_word: Word, source: Code = "", reason: Code = "") -> Response:
    """Take back what was said of all rows of a reason."""
    return _all(request, form_word, (source, reason), "keep", None)


def _one(request: Request, row_id: str, form_word: str, action: str, reason: str | None) -> Response:
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        found = held_row(ProjectPaths(look.loaded.root), row_id)
        if found is None:
            return _gone(request, visitor)
        if action == "drop" and not (reason or "").strip():
            return _row_page(request, visitor, look, found, Fault("web.quarantine.no_reason"))
        words = None if reason is None else reason.strip()
        desk.ledger.by(visitor.known.person_id).record_corrections([_said(look, visitor, found, action, words)])
    return RedirectResponse(f"/quarantine/{row_id}", 303)


def _all(request: Request, form_word: str, wanted: tuple[str, str], action: str, reason: str | None) -> Response:
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk, (source, code) = desk_of(request), wanted
    with desk.room.look() as look:
        rows = held_rows(ProjectPaths(look.loaded.root), source=source, reason=code, after="", n_most=_MOST_AT_ONCE + 1)
        problem = None
        if action == "drop" and not (reason or "").strip():
            problem = Fault("web.quarantine.no_reason")
        elif not code or len(rows) > _MOST_AT_ONCE:
            problem = Fault("web.quarantine.too_many", {"n_most": _MOST_AT_ONCE})
        if problem is not None:
            return _list_page(request, visitor, look, source, code, "", problem)
        known, words = _corrections(request, look), None if reason is None else reason.strip()
        concerned = [one for one in rows if action == "drop" or known.of_row(one.source_record_id, one.raw) is not None]
        desk.ledger.by(visitor.known.person_id).record_corrections(
            [_said(look, visitor, one, action, words) for one in concerned]
        )
    return RedirectResponse(address(source, code), 303)


def _said(  # noqa: PLR0913, PLR0917 - what stands in the ledger
    look: Look,
    visitor: Visitor,
    held: HeldRow,
    action: str,
    reason: str | None,
    fields: dict[str, str | None] | None = None,
) -> NewCorrection:
    return NewCorrection(
        source_record_id=held.source_record_id,
        row_digest=row_digest(look.loaded.project_key, held.source_record_id, held.raw),
        action=action,
        steward=person_of(visitor).name,
        recorded_at=visitor.now,
        fields=fields,
        reason=reason,
    )


def _corrections(request: Request, look: Look) -> RowCorrections:
    return RowCorrections.of(desk_of(request).ledger.corrections(), look.loaded.project_key)


def _list_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request, visitor: Visitor, look: Look, source: str, reason: str, after: str, problem: Fault | None = None
) -> Response:
    view = quarantine_view(look, _corrections(request, look), source, reason, after)
    status = 200 if problem is None else 422
    return page(request, visitor, "quarantine", status, view=view, problem=problem, is_dropped=is_dropped)


def _row_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    look: Look,
    held: HeldRow,
    problem: Fault | None = None,
    sent: dict[str, str] | None = None,
) -> Response:
    view = row_view(look, _corrections(request, look), held)
    status = 200 if problem is None else 422
    shown = {"view": view, "problem": problem, "sent": sent or {}, "is_dropped": is_dropped(view.line)}
    return page(request, visitor, "quarantine_row", status, **shown)


def _gone(request: Request, visitor: Visitor) -> Response:
    shown = {"title": visitor.say("web.quarantine.title"), "text": "web.quarantine.gone", "facts": {}}
    return page(request, visitor, "message", 404, **shown)


def _lines(text: str) -> str:
    """A form sends other line ends than the row had."""
    return text.replace("\r\n", "\n")

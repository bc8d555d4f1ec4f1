"""Pin a value of a customer, or lift a pin: one of the sources' values, a typed one, or none."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import Fault
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores import pinning
from crm_pipelines.stores.ledger.facts import NewPin
from crm_pipelines.stores.pinning import PinWish
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.routes.customers import living
from crm_pipelines.web.views.customer import glyphs
from crm_pipelines.web.views.foreseen import foreseen_view
from crm_pipelines.web.views.pins import pins_view
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form
from crm_pipelines.web.web_state import Desk, WebState

_LIFT, _PREVIEW, _TYPED, _EMPTY, _CHOSEN = "lift", "preview", "typed", "empty", "chosen:"
_MOST_VALUE, _MOST_REASON = 2000, 2000
Code = Annotated[str, Query(max_length=60)]
Word = Annotated[str, Form(max_length=200)]
Value = Annotated[str, Form(max_length=_MOST_VALUE)]


def add_customer_pin_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/customers/{golden_id}/pins", dependencies=needs(Permission.DECIDE, "customer", is_whole=True))(pins_page)
    app.post("/customers/{golden_id}/pins", dependencies=needs(Permission.DECIDE, "customer", is_whole=True))(pin)


def pins_page(request: Request, golden_id: str, attribute: Code = "") -> Response:
    """What can be pinned, and the values to choose from."""
    visitor = deciding(request)
    desk = _desk(request)
    with desk.room.look() as look:
        return _shown(request, visitor, look, golden_id, attribute)


def pin(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    golden_id: str,
    form_word: Word,
    attribute: Word,
    choice: Value = "",
    typed: Value = "",
    reason: Annotated[str, Form(max_length=_MOST_REASON)] = "",
    expires_on: Word = "",
    act: Word = "",
) -> Response:
    """Record a pin or a lift, or show what a pin would do; what cannot stand there is told beside the form."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = _desk(request)
    with desk.room.look() as look:
        value = typed.strip() if choice == _TYPED else choice.removeprefix(_CHOSEN) if choice != _EMPTY else None
        faults = _form_faults(act, choice, value, expires_on)
        found: list[NewPin] = []
        if not faults:
            wish = _wish(look, visitor, golden_id, {attribute: value}, reason, expires_on)
            rules = look.loaded.rules.survivorship
            if act == _LIFT:
                found, faults = pinning.proposed_lifts(look.con, desk.ledger, wish, rules)
            else:
                place = Place(look.loaded.project.country, look.loaded.project.timezone)
                found, faults = pinning.proposed_pins(look.con, wish, rules, place)
        if faults or act == _PREVIEW:
            kept = {"choice": choice, "typed": typed, "reason": reason, "expires_on": expires_on}
            return _shown(request, visitor, look, golden_id, attribute, faults, kept, found)
        pinning.record_pins(desk.ledger.by(visitor.known.person_id), found, visitor.now)
    return RedirectResponse(f"/customers/{golden_id}", 303)


def _form_faults(act: str, choice: str, value: str | None, expires_on: str) -> list[Fault]:
    """What is wrong with the form itself."""
    faults = []
    is_choice = choice in (_TYPED, _EMPTY) or choice.startswith(_CHOSEN)
    if act != _LIFT and (not is_choice or value == ""):
        faults.append(Fault("web.pin.no_choice"))
    if expires_on and _date(expires_on) is None:
        faults.append(Fault("web.pin.no_date"))
    return faults


def _wish(  # noqa: PLR0913, PLR0917 - a wish is made of these
    look: Look, visitor: Visitor, golden_id: str, values: dict[str, str | None], reason: str, expires_on: str
) -> PinWish:
    assert visitor.person is not None  # noqa: S101 - `deciding`
    until = _date(expires_on)
    zone = ZoneInfo(look.loaded.project.timezone)
    return PinWish(
        name=golden_id,
        values=values,
        steward=visitor.person.name,
        reason=reason.strip(),
        at=visitor.now,
        expires_at=None if until is None else datetime.combine(until + timedelta(days=1), time(), zone),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    look: Look,
    golden_id: str,
    attribute: str,
    faults: list[Fault] | None = None,
    kept: dict[str, str] | None = None,
    proposed: Sequence[NewPin] = (),
) -> Response:
    found = living(request, visitor, look, golden_id, "/pins")
    if isinstance(found, Response):
        return found
    subject, row = found
    note_look(request, visitor, "customer", row.golden_id, (row.golden_id,))
    homes = {row.golden_id: subject.members}
    foreseen = foreseen_view(look, homes, homes, visitor.sight, visitor.now, proposed) if proposed else None
    view = pins_view(look, row, attribute, visitor.now)
    form = kept or {"choice": "", "typed": "", "reason": "", "expires_on": view.expires_on}
    return page(
        request, visitor, "customer_pins", 422 if faults else 200,
        row=row, view=view, form=form, faults=faults or [], shapes=glyphs(look), foreseen=foreseen,
    )  # fmt: skip


def _desk(request: Request) -> Desk:
    web: WebState = request.app.state.web
    return web.stewards

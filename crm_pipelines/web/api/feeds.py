"""What other systems follow: the crosswalk, page by page, and the changes since a place."""

import base64
import binascii
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from crm_pipelines.model.ids import is_golden_id
from crm_pipelines.stores.named_rows import named_rows
from crm_pipelines.web.api.problems import UnusableRequestError
from crm_pipelines.web.api.replies import reply_unless_known
from crm_pipelines.web.api.schemas import Change, ChangesPage, CrosswalkPage, RecordPlace
from crm_pipelines.web.reading_room import Look

_MOST = 1000
_LAST_SEQ = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=_MOST)]


def crosswalk(
    request: Request,
    cursor: Annotated[
        str | None, Query(max_length=100, description="`next_cursor` of the page before; nothing for the first.")
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=_MOST, description="Most customers of a page; each comes with all its records.")
    ] = 200,
) -> Response:
    """Which record lives under which golden id, a page at a time.

    Walked to its end, it shows every customer that lived all the while exactly once, also when publications come
    meanwhile; what came, went or moved behind the walker is told by `/changes`.
    """
    after = _read_cursor(cursor)
    return reply_unless_known(request, lambda look: _crosswalk(look, after, limit))


def changes(
    request: Request,
    since: Annotated[int, Query(ge=0, le=_LAST_SEQ, description="`next_since` of the answer before; 0: all.")] = 0,
    limit: Limit = 500,
) -> Response:
    """What happened to customers behind a place: created, changed, merged, split, revived, erased."""
    return reply_unless_known(request, lambda look: _changes(look, since, limit))


def _crosswalk(look: Look, after: str, limit: int) -> CrosswalkPage:
    rows = named_rows(look.con, "crosswalk_page", {"after": after, "n_customers": limit})
    n_customers = len({row["golden_id"] for row in rows})
    following = _cursor(rows[-1]["golden_id"]) if n_customers == limit else None
    return CrosswalkPage(records=[RecordPlace(**row) for row in rows], next_cursor=following, publication=look.version)


def _changes(look: Look, since: int, limit: int) -> ChangesPage:
    rows = named_rows(look.con, "changes_after", {"since": since, "n_most": limit + 1})
    shown = [Change(**row) for row in rows[:limit]]
    return ChangesPage(
        changes=shown,
        next_since=shown[-1].seq if shown else since,
        has_more=len(rows) > limit,
        publication=look.version,
    )


def _cursor(golden_id: str) -> str:
    return base64.urlsafe_b64encode(golden_id.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> str:
    """The golden id behind which a page begins; empty: at the beginning.

    Raises:
        UnusableRequestError: `api.bad_cursor`.
    """
    if not cursor:
        return ""
    try:
        found = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise UnusableRequestError("api.bad_cursor") from None
    if not is_golden_id(found) or _cursor(found) != cursor:
        raise UnusableRequestError("api.bad_cursor")
    return found

"""Freshdesk's companies: their names for the contacts' rows, and whose contacts are to be delivered again.

The list of companies has no filter, so each read goes through all of it. The bookmark holds the time and hashes of the
companies near it, the ids of those whose contacts are still to come, and the page of the first; no name.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from connectors.kit.numbered_pages import ListPage, NumberedList, read_list
from connectors.kit.object_rows import TimeRange, field_of
from connectors.kit.rows import key_text
from connectors.kit.time_windows import TimeWindow
from crm_pipelines.model.delivery import JsonValue

COMPANY_FIELDS = ("id", "name", "domains")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
ContactsOf: TypeAlias = Callable[[str], NumberedList]


class Companies:
    """All companies of an account as one read found them.

    Attributes:
        by_id: what a contact's row shows of its company, by id as text.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, JsonValue] = {}

    def of(self, contact: JsonValue) -> JsonValue:
        """What a contact's row shows of its company; None where it has none."""
        return self.by_id.get(str(field_of(contact, "company_id")))

    def read(self, listed: NumberedList, stored: JsonValue, overlap: timedelta) -> dict[str, JsonValue]:
        """Read all companies; return the state, in which the changed ones wait for `contacts`.

        The first read ever lets none wait: all contacts come with their companies anyway.
        """
        before = stored if isinstance(stored, dict) else {}
        window = TimeWindow(before.get("window"), overlap)
        waiting, state = _ids(before.get("waiting")), window.ended_json()
        for page in read_list(listed, window, EARLIEST, TimeRange(window.since)):
            changed = [row.key for row in page.rows if row.key is not None]
            waiting += [key for key in changed if before and key not in waiting]
            state = page.state
        return {"window": state, "waiting": list(waiting), "contacts": before.get("contacts")}

    def keep(self, values: Sequence[JsonValue]) -> None:
        """Take companies as they were just listed."""
        for value in values:
            key = key_text([field_of(value, "id")])
            if key is not None:
                self.by_id[key] = {name: field_of(value, name) for name in COMPANY_FIELDS}


def contacts_of_changed(
    state: dict[str, JsonValue], contacts_of: ContactsOf, since: datetime | None
) -> Iterator[ListPage]:
    """The contacts of all waiting companies, a page at a time; `is_last` of a company.

    Args:
        state: of `Companies.read`.
        contacts_of: the list of a company's contacts.
        since: contacts that changed from then on are left out: they came with their own change; None: none is.
    """
    waiting, before = _ids(state["waiting"]), TimeRange(until=since)
    while waiting:
        window = TimeWindow(state["contacts"], timedelta())
        for rows, read, is_last in read_list(contacts_of(waiting[0]), window, EARLIEST, before):
            waiting = waiting[1:] if is_last else waiting
            state = {**state, "waiting": list(waiting), "contacts": None if is_last else read}
            yield ListPage(rows, state, is_last)


def _ids(stored: JsonValue) -> list[str]:
    return [each for each in stored if isinstance(each, str)] if isinstance(stored, list) else []

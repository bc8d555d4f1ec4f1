"""What happened to a customer and with it: interactions, changes of its id, changes of its values, the newest first."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.stores.customer_file import Contact, contacts
from crm_pipelines.stores.identity_history import IdentityChange, ValueChange, identity_changes, value_changes

MOST = 60
_WITH_OTHERS = frozenset({"extended", "reduced", "merged", "split", "revived"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One line; exactly one of the three is there.

    Attributes:
        at: None for an interaction without a time.
        contact: an interaction.
        identity: a change of the id.
        value: a change of a value.
    """

    at: datetime | None
    contact: Contact | None = None
    identity: IdentityChange | None = None
    value: ValueChange | None = None

    @property
    def sentence(self) -> Fault:
        """A change of the id in words."""
        assert self.identity is not None  # noqa: S101 - asked of those alone
        return told(self.identity)


def timeline(con: duckdb.DuckDBPyConnection, golden_id: str, most: int = MOST) -> list[Happening]:
    """The latest that happened."""
    found = [Happening(one.happened_at, contact=one) for one in contacts(con, golden_id, most)]
    found += [Happening(one.happened_at, identity=one) for one in identity_changes(con, golden_id)]
    found += [Happening(one.changed_at, value=one) for one in value_changes(con, golden_id)]
    found.sort(key=lambda one: "" if one.at is None else one.at.isoformat(), reverse=True)
    return found[:most]


def told(change: IdentityChange) -> Fault:
    """What happened to an id, in words."""
    others = ", ".join(change.other_ids)
    code = f"web.history.{change.event}"
    if change.event in _WITH_OTHERS and not others:
        code += "_alone"
    facts: dict[str, Fact] = {"n_records": len(change.record_ids), "golden_ids": others}
    return Fault(code, facts)

"""What became of ids, as tables and sentences for the terminal and as one JSON document."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from crm_pipelines.cli.output import Cell, Output
from crm_pipelines.stores import identity_history as past
from crm_pipelines.stores.subjects import Subject

_NAMED_RECORDS = 5
_EVENTS = ("happened_at", "event", "reason", "cause", "n_records", "records", "other_id", "run_id")
_CHANGES = ("version", "changed_at", "attribute", "value_before", "value_after", "cause", "rule", "record_id")
_VALUES = ("attribute", "value", "since_at", "rule", "record_id", "pinned_by", "pinned_until_at", "source_changed_at")


class IdentityReport:
    """Prints what is known of an id.

    Args:
        output: where to.
        zone: of the times in it.
    """

    def __init__(self, output: Output, zone: ZoneInfo) -> None:
        self.zone = zone
        self._output = output

    def state(self, con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
        """Whether it lives, where it leads, or that nothing is left."""
        is_live = subject.record_id is not None or subject.golden_ids == (subject.name,)
        state = "gone" if not subject.golden_ids else "live" if is_live else "retired"
        self._output.value("id", subject.name)
        self._output.value("state", state)
        self._output.value("golden_ids", list(subject.golden_ids))
        self._output.value("records", list(subject.members))
        ids, n_records = ", ".join(subject.golden_ids), len(subject.members)
        if subject.record_id is not None:
            code = "identity.record_gone" if state == "gone" else "identity.record_lives"
            self._output.line(code, record_id=subject.name, golden_id=ids, n_records=n_records)
        elif state == "live":
            self._output.line("identity.lives", golden_id=subject.name, n_records=n_records)
        elif state == "retired":
            self._output.line("identity.leads_to", golden_id=subject.name, golden_ids=ids)
        else:
            last = past.identity_changes(con, subject.name)[-1]
            self._output.line("identity.gone", golden_id=subject.name, ended_at=self._time(last.happened_at))

    def events(self, con: duckdb.DuckDBPyConnection, golden_id: str) -> None:
        """Everything that happened to a golden id."""
        found = past.identity_changes(con, golden_id)
        rows: list[dict[str, Cell]] = [
            {
                "happened_at": self._time(one.happened_at),
                "event": one.event,
                "reason": one.reason,
                "cause": one.cause,
                "n_records": len(one.record_ids),
                "records": self._listed(one.record_ids),
                "other_id": ", ".join(one.other_ids) or None,
                "run_id": one.run_id,
                "model_version": one.model_version,
            }
            for one in found
        ]
        self._output.table("identity_history", _EVENTS, rows)

    def homes(self, con: duckdb.DuckDBPyConnection, record_id: str) -> None:
        """The customers a record stood with."""
        rows: list[dict[str, Cell]] = [
            {
                "golden_id": home.golden_id,
                "from_at": self._time(home.valid_from),
                "until_at": None if home.valid_to is None else self._time(home.valid_to),
            }
            for home in past.homes(con, record_id)
        ]
        self._output.table("homes", ("golden_id", "from_at", "until_at"), rows)

    def values(self, con: duckdb.DuckDBPyConnection, golden_id: str) -> None:
        """The values of a customer, where each comes from and since when, and how they changed."""
        if now := past.current_values(con, golden_id):
            self._output.table("values_now", _VALUES, [self._value_row(one) for one in now])
        if changed := past.value_changes(con, golden_id):
            self._output.table("value_changes", _CHANGES, [self._change_row(one) for one in changed])
        else:
            self._output.value("value_changes", [])
            self._output.line("identity.no_value_changed", golden_id=golden_id)

    def customers(self, con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
        """The living customers behind an id."""
        found = con.execute(
            """select golden_id, customer_type, display_name, record_count, array_to_string(source_systems, ', ')
               from customers where list_contains($ids, golden_id) order by golden_id""",
            {"ids": list(subject.golden_ids)},
        ).fetchall()
        columns = ("golden_id", "customer_type", "display_name", "n_records", "source_systems")
        if found:
            self._output.table("resolved", columns, [dict(zip(columns, row, strict=True)) for row in found])

    def members_then(self, con: duckdb.DuckDBPyConnection, moment: datetime, subject: Subject) -> None:
        """Who was one customer with a record or under an id, just before a moment."""
        self._output.value("as_of", moment.isoformat())
        if subject.record_id is not None:
            home = past.home_then(con, moment, subject.record_id)
            ids = [] if home is None else [home]
        else:
            ids = [subject.name]
        members = past.members_then(con, moment, ids)
        led_to = [] if members or subject.record_id is not None else past.resolved_then(con, moment, subject.name)
        members = members or past.members_then(con, moment, led_to)
        facts: dict[str, Cell] = {
            "id": subject.name,
            "moment_at": self._last_instant(moment),
            "n_records": len(members),
        }
        if not members:
            self._output.line("identity.not_then", **facts)
        elif led_to:
            self._output.line("identity.led_to_then", golden_ids=", ".join(led_to), **facts)
        else:
            self._output.line("identity.together_then", golden_id=members[0].golden_id, **facts)
        columns = ("golden_id", "record_id", "golden_id_now")
        rows: list[dict[str, Cell]] = [{name: getattr(one, name) for name in columns} for one in members]
        if rows or self._output.as_json:
            self._output.table("members_then", columns, rows)

    def everybody_then(self, con: duckdb.DuckDBPyConnection, moment: datetime, limit: int) -> None:
        """How many customers there were, and which of them are made of other records now."""
        n_customers, n_records = past.counts_then(con, moment)
        self._output.value("as_of", moment.isoformat())
        self._output.value("n_customers", n_customers)
        self._output.value("n_records", n_records)
        at = self._last_instant(moment)
        began = past.first_known_at(con)
        if not n_customers and began is not None and moment <= began:
            self._output.line("identity.before_all", moment_at=at, began_at=self._time(began))
            return
        differing = past.differing_then(con, moment)
        self._output.value("n_differing", len(differing))
        self._output.line(
            "identity.standing_then", moment_at=at, n_customers=n_customers, n_records=n_records, count=len(differing)
        )
        rows: list[dict[str, Cell]] = [
            {
                "golden_id": one.golden_id,
                "n_records": one.n_records,
                "n_records_now": one.n_records_now,
                "golden_id_now": ", ".join(one.golden_ids_now) or None,
            }
            for one in differing[:limit]
        ]
        if rows:
            self._output.table("differing_then", ("golden_id", "n_records", "n_records_now", "golden_id_now"), rows)
        if len(differing) > limit:
            self._output.line("identity.more_differ", n_more=len(differing) - limit)

    def _change_row(self, one: past.ValueChange) -> dict[str, Cell]:
        return {
            "version": one.version,
            "changed_at": self._time(one.changed_at),
            "attribute": one.attribute,
            "value_before": one.value_before,
            "value_after": one.value,
            "cause": one.cause,
            "rule": one.rule,
            "record_id_before": one.record_id_before,
            "record_id": one.record_id,
            "is_erased": one.is_erased,
            "run_id": one.run_id,
        }

    def _value_row(self, one: past.CurrentValue) -> dict[str, Cell]:
        return {
            "attribute": one.attribute,
            "value": one.value,
            "since_at": self._maybe(one.since_at),
            "rule": one.rule,
            "record_id": one.record_id,
            "pinned_by": one.pinned_by,
            "pinned_until_at": self._maybe(one.pinned_until),
            "source_changed_at": self._maybe(one.source_changed_at),
        }

    def _listed(self, record_ids: Sequence[str]) -> str:
        """The records: all of them for a program, the first few for people, who are told the number beside."""
        shown = record_ids if self._output.as_json else record_ids[:_NAMED_RECORDS]
        return ", ".join(shown) + (" …" if len(shown) < len(record_ids) else "")

    def _maybe(self, moment: datetime | None) -> str | None:
        return None if moment is None else self._time(moment)

    def _last_instant(self, moment: datetime) -> str:
        """Of the time just before a moment: the last second of the day, when it ends a day."""
        return self._time(moment - timedelta(seconds=1))

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat(timespec="seconds")

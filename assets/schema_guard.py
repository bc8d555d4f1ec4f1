"""What happens when the rows of a source change their shape: by contract, with nothing lost and a proposal for people.

A new column is harmless; a column that is gone is not, when the mapping reads it: its rows would seem to say that the
customer has no e-mail any more. Under `evolve` such a table stops before that page, like any source does under
`freeze`: its bookmark stays, so what it delivers is read once somebody has mended the mapping or accepted the change.
Documents (forms, tickets) have fields that come and go; of these `evolve` only tells.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Page
from crm_pipelines.model.errors import FatalSourceError, Fault
from crm_pipelines.model.fields import CANONICAL_FIELDS
from crm_pipelines.rules.load import LoadedSource
from crm_pipelines.standardise.mail_labels import field_of_label
from crm_pipelines.stores.source_schema import Differences, SourceSchema, has_shape, shape_of

Payloads = Callable[[Sequence[str]], Mapping[str, Mapping[str, JsonValue]]]
"""Keys as delivered to what their rows said before; keys that are not known are left out."""

_COMPARED_ROWS = 50
_ENOUGH_ROWS = 3
_SAME_VALUES = 0.8
_LIKE_NAMES = 0.75
_FIELDS_OF_LABELS = {"date_of_birth": "birth_date"}


class SchemaGuard:
    """Holds the pages of one read against the shape that the source's rows had.

    Args:
        source: with its contract and mapping.
        schema: what is known; learns the pages that are let through.
        payloads: looks up what rows said before.
        has_columns: the rows are of a table, see `SourceSchema.differences`.
    """

    def __init__(self, source: LoadedSource, schema: SourceSchema, payloads: Payloads, *, has_columns: bool) -> None:
        self.notices: list[Fault] = []
        self.schema = schema
        self._source = source
        self._payloads = payloads
        self._has_columns = has_columns

    def admit(self, page: Page) -> Page:
        """The page as it may be landed.

        Raises:
            FatalSourceError: `source.schema_changed`: the contract stops the source here.
        """
        shape = shape_of(page.rows)
        differences = self.schema.differences(shape, has_columns=self._has_columns)
        if differences:
            for stream, found in differences.items():
                self.notices += self._notices_of(stream, found, page.rows)
            self._stop_if_told(differences)
            if self._source.entry.schema_contract == "set_aside":
                page = replace(page, rows=tuple(self._set_aside(row, differences) for row in page.rows))
                shape = shape_of(page.rows)
        self.schema.merge(shape, has_columns=self._has_columns)
        return page

    def _stop_if_told(self, differences: Mapping[str, Differences]) -> None:
        contract = self._source.entry.schema_contract
        for stream, found in differences.items():
            mapping = self._source.mapping.stream(stream)
            read = frozenset() if mapping is None else frozenset(name.split(".")[0] for name in mapping.columns)
            gone = [name for name in found.missing if name in read]
            if contract == "freeze" or (contract == "evolve" and gone and self._has_columns):
                column = next(iter((*gone, *found.missing, *found.new, *found.retyped)))
                raise FatalSourceError(
                    "source.schema_changed", source=self._source.name, column=column,
                    n_changes=len(found.missing) + len(found.new) + len(found.retyped),
                )  # fmt: skip

    def _set_aside(self, row: DeliveredRow, differences: Mapping[str, Differences]) -> DeliveredRow:
        found = differences.get(row.stream)
        column = found.concern(row.data) if found is not None and has_shape(row) else None
        if column is None:
            return row
        return replace(row, fault=Fault("row.schema_changed", {"source": self._source.name, "field": column}))

    def _notices_of(self, stream: str, found: Differences, rows: Sequence[DeliveredRow]) -> list[Fault]:
        renamed = self._renames(found, [row for row in rows if row.stream == stream and has_shape(row)])
        facts = {"source": self._source.name, "stream": stream, "file": self._source.mapping_origin}
        notices = [
            Fault("schema.renamed_column", {**facts, "column": old, "found": new}) for old, new in renamed.items()
        ]
        notices += [
            Fault("schema.missing_column", {**facts, "column": name}) for name in found.missing if name not in renamed
        ]
        for name in found.new:
            if name not in renamed.values():
                field = canonical_field(name)
                code = "schema.new_column" if field is None else "schema.new_column_of_field"
                notices.append(Fault(code, {**facts, "column": name, **({} if field is None else {"field": field})}))
        notices += [
            Fault("schema.retyped_column", {**facts, "column": name, "found": _names(new), "expected": _names(known)})
            for name, (known, new) in found.retyped.items()
        ]
        return notices

    def _renames(self, found: Differences, rows: Sequence[DeliveredRow]) -> dict[str, str]:
        """Old name -> new name: the same values in the same rows as before, or, where no row is known, like names."""
        if not found.missing or not found.new:
            return {}
        known = [row for row in rows if row.key is not None][:_COMPARED_ROWS]
        before = self._payloads([row.key for row in known if row.key is not None])
        scores = [
            (score, old, new)
            for old in found.missing
            for new in found.new
            if (score := _same_share(old, new, known, before)) >= _SAME_VALUES
            or (score := _likeness(old, new)) >= _LIKE_NAMES
        ]
        renamed: dict[str, str] = {}
        for _, old, new in sorted(scores, reverse=True):
            if old not in renamed and new not in renamed.values():
                renamed[old] = new
        return renamed


def canonical_field(column: str) -> str | None:
    """The canonical field that a column's name speaks of, as far as we know the word; None otherwise."""
    field = field_of_label(column.replace("_", ""))
    field = _FIELDS_OF_LABELS.get(field, field)
    return field if field in CANONICAL_FIELDS else None


def _same_share(
    old: str, new: str, rows: Sequence[DeliveredRow], before: Mapping[str, Mapping[str, JsonValue]]
) -> float:
    """Of the rows that had a value under the old name, the share that has it under the new one; 0 for too few rows."""
    said = [(before.get(row.key or "", {}).get(old), row.data.get(new)) for row in rows]
    pairs = [(was, is_now) for was, is_now in said if was is not None and was != ""]
    if len(pairs) < _ENOUGH_ROWS:
        return 0.0
    return sum(was == is_now for was, is_now in pairs) / len(pairs)


def _likeness(old: str, new: str) -> float:
    """How alike two names are, 0..1; two words for one canonical field are one word."""
    field = canonical_field(old)
    if field is not None and field == canonical_field(new):
        return 1.0
    return SequenceMatcher(None, old.casefold(), new.casefold()).ratio()


def _names(types: frozenset[str]) -> str:
    return ", ".join(sorted(types))

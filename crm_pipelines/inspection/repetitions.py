"""Rows that say the same: the whole row, the same e-mail address, phone, or name and postal code.

Contact points are compared in a quick form of their own (case, width and punctuation gone), not by the standardisers,
which would take an hour for what this does in a minute. Which columns they are is decided by the first rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from crm_pipelines.inspection.report import Duplicates
from crm_pipelines.inspection.sketches import Sketch, hashes, row_hashes
from crm_pipelines.standardise.junk import is_placeholder

_COMPARED = ("email", "phone")
_LONGEST_NAME = 200


@dataclass(slots=True)
class _Tracked:
    kind: str
    columns: tuple[str, ...]
    sketch: Sketch


class Repetitions:
    """Counts repetitions while the file goes by."""

    def __init__(self, most_kept: int, *, is_named: bool) -> None:
        self._most_kept = most_kept
        self._is_named = is_named
        self._rows = Sketch(most_kept)
        self._tracked: list[_Tracked] | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has said yet which columns are contact points."""
        return self._tracked is None

    def track(self, fields: Mapping[str, str]) -> None:
        """Compare the columns that mean a contact point.

        Args:
            fields: column -> canonical field.
        """
        by_field: dict[str, list[str]] = {}
        for column, field in fields.items():
            by_field.setdefault(field, []).append(column)
        self._tracked = [
            _Tracked(field, (column,), Sketch(self._most_kept))
            for field in _COMPARED
            for column in by_field.get(field, ())
        ]
        names = by_field.get("name") or by_field.get("family_name", [])[:1] + by_field.get("given_name", [])[:1]
        codes = by_field.get("postal_code", [])
        if names and codes:
            columns = (*(names[:1] if "name" in by_field else names), codes[0])
            self._tracked.append(_Tracked("name_and_postal_code", columns, Sketch(self._most_kept)))

    def add(self, frame: pl.DataFrame) -> None:
        """Count the rows of a batch."""
        self._rows.add(_named_row_hashes(frame) if self._is_named else row_hashes(frame))
        for one in self._tracked or ():
            if set(one.columns) <= set(frame.columns):
                one.sketch.add(hashes(_compared(frame, one.kind, one.columns)))

    def found(self) -> list[Duplicates]:
        """What repeats, whole rows first; also what does not, so that a reader sees that it was looked at."""
        rows = _duplicates("rows", (), self._rows)
        return [rows, *(_duplicates(one.kind, one.columns, one.sketch) for one in self._tracked or ())]


def _duplicates(kind: str, columns: Sequence[str], sketch: Sketch) -> Duplicates:
    return Duplicates(kind, tuple(columns), sketch.n_repeated, sketch.n_surplus, sketch.is_exact)


def _compared(frame: pl.DataFrame, kind: str, columns: Sequence[str]) -> pl.Series:
    names = [f"part_{number}" for number in range(len(columns))]  # a name of the file may be a pattern to Polars
    named = pl.DataFrame({name: frame[column] for name, column in zip(names, columns, strict=True)})
    if kind == "email":
        return _kept(named, _plain(pl.col("part_0")).str.to_lowercase(), r"@")
    if kind == "phone":
        national = _plain(pl.col("part_0")).str.replace(r"^\(?\+?81\)?[ -]*\(?0?\)?", "0")
        return _kept(named, national.str.replace_all(r"[^0-9\n]", ""), r"^[0-9]*[1-9][0-9]{7,}$")
    parts = [_plain(pl.col(name)).str.to_lowercase().str.replace_all(r"[\s〒・.\-‐-―ー−]", "") for name in names]
    shown = pl.when(pl.all_horizontal(part != "" for part in parts)).then(pl.concat_str(parts, separator="\n"))
    placeholders = [name for name in named["part_0"].drop_nulls().unique() if is_placeholder(name[:_LONGEST_NAME])]
    return _kept(named.filter(~pl.col("part_0").is_in(placeholders)), shown, r"[1-9]")


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.strip_chars()


def _kept(frame: pl.DataFrame, folded: pl.Expr, shape: str) -> pl.Series:
    return frame.select(value=folded).filter(pl.col("value").str.contains(shape))["value"]


def _named_row_hashes(frame: pl.DataFrame) -> pl.Series:
    """The hash of each row whatever the order of its names, and whether or not it names what it lacks."""
    total = pl.Series("hash", [0], pl.UInt64).new_from_index(0, frame.height)
    for value in frame.iter_columns():
        of_name = hashes(pl.Series([f"{value.name}\0"]))
        total += hashes(value) * of_name * value.is_not_null().cast(pl.UInt64)  # unsigned numbers wrap around
    return total

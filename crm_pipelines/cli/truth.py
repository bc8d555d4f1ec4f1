"""A table of truth: read, checked row by row, and joined with what is published.

The file is CSV in UTF-8 with the columns `record_id`, `entity_id` and, if known, `customer_type`, `segment` and
`phenomena` (or `phenomenon`; several are parted by `|`); others are left alone. One row per record; records of one
customer have one entity id.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.matching.evaluation import evaluate
from crm_pipelines.matching.evaluation_pairs import evaluate_pairs
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.record_names import RecordNames

PAIR_SIGN = " × "
_NEEDED = ("record_id", "entity_id")
_KNOWN = (*_NEEDED, "customer_type", "segment", "phenomena", "phenomenon")
_RECORD_DIMENSIONS = ("segment", "phenomenon")
_PAIR_DIMENSIONS = ("source_pair", "script_pair")


def truth_of(path: Path, loaded: LoadedProject) -> pl.DataFrame:
    """Read a file of truth; personal keys, written as their source writes them, are hashed.

    Returns:
        One row per record: `record_id, entity_id` and, as far as the file has them, `customer_type, segment` and
        `phenomena` (a list), an empty one null.

    Raises:
        RefusedInputError: everything that is wrong with the file, with line and field, never with a value.
    """
    found = _Reading(path.name, RecordNames.of(loaded))
    found.read(path)
    if found.faults:
        raise RefusedInputError("evaluate.bad_truth", found.faults, file=path.name)
    truth = pl.DataFrame(found.columns, schema=dict.fromkeys(found.columns, pl.String))
    named = [name for name in ("phenomena", "phenomenon") if name in truth.columns]
    if not named:
        return truth
    listed = pl.concat_str(*named, separator="|", ignore_nulls=True).str.split("|")
    cleaned = listed.list.eval(pl.element().str.strip_chars()).list.set_difference([""])
    return truth.drop("phenomenon", strict=False).with_columns(phenomena=cleaned)


def measured(members: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Pairwise, B-cubed and exact-cluster figures of the published customers.

    Args:
        members: one row per live record: `record_id, golden_id`.
        truth: `record_id, entity_id, customer_type`.
    """
    return evaluate(members.rename({"golden_id": "cluster"}), truth)


def measured_by_segment(members: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """The same figures for each part of the records or pairs and customer type in it.

    The segments and phenomena of the truth are parts of the records, measured inside the whole partition: a record of
    one that was merged with an outsider costs it precision, and one that is missing from its customer costs it recall
    (see `evaluation`). Source pairs and script pairs are parts of the pairs.

    Args:
        members: one row per live record: `record_id, golden_id, source_system, script`.
        truth: one row per record, `customer_type` included.

    Returns:
        The columns of `measured` with `dimension, segment` in front and `n_true` (true pairs, null but for pairs)
        behind, sorted.
    """
    parts = [
        measured(members, truth.with_columns(is_counted=is_counted)).select(
            pl.lit(dimension).alias("dimension"), pl.lit(segment, pl.String).alias("segment"), pl.all()
        )
        for dimension in _RECORD_DIMENSIONS
        for segment, is_counted in _parts(truth, dimension)
    ]
    parts += [_by_pair(members, truth, dimension) for dimension in _PAIR_DIMENSIONS]
    return pl.concat(parts, how="diagonal").filter(pl.col("customer_type") != "all")


def _parts(truth: pl.DataFrame, dimension: str) -> Iterator[tuple[str, pl.Expr]]:
    if dimension == "segment" and "segment" in truth.columns:
        for segment in truth["segment"].drop_nulls().unique().sort():
            yield segment, pl.col("segment").eq_missing(segment)
    if dimension == "phenomenon" and "phenomena" in truth.columns:
        for phenomenon in truth["phenomena"].explode().drop_nulls().unique().sort():
            yield phenomenon, pl.col("phenomena").list.contains(phenomenon).fill_null(False)


def _by_pair(members: pl.DataFrame, truth: pl.DataFrame, dimension: str) -> pl.DataFrame:
    value = {"source_pair": "source_system", "script_pair": "script"}[dimension]
    predicted = members.rename({"golden_id": "cluster"})
    known = truth.join(members.select("record_id", value), on="record_id", how="left")
    found = [
        evaluate_pairs(predicted, known.filter(pl.col("customer_type") == kind.value), value).with_columns(
            customer_type=pl.lit(kind.value)
        )
        for kind in CustomerType
    ]
    return pl.concat(found).select(
        pl.lit(dimension).alias("dimension"),
        pl.concat_str("left", "right", separator=PAIR_SIGN).alias("segment"),
        "customer_type",
        pl.lit("pairwise").alias("measure"),
        pl.exclude("left", "right", "customer_type"),
        interval=pl.lit("bootstrap"),
    )


@dataclass(slots=True)
class _Reading:
    """The columns so far, and what is wrong with them."""

    file: str
    names: RecordNames
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _first_lines: dict[str, int] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        text = self._text(path)
        if text is None:
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = next(reader, [])
            if not self._accepts(header):
                return
            for row in reader:
                self._add(reader.line_num, header, row)
        except csv.Error:
            self._fault("evaluate.not_csv", reader.line_num)
        if not self.faults and not self._first_lines:
            self._fault("evaluate.no_rows", None)

    def _text(self, path: Path) -> str | None:
        try:
            content = path.read_bytes()
        except OSError as error:
            self._fault("evaluate.cannot_read", None, reason=type(error).__name__)
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._fault("evaluate.not_utf8", content.count(b"\n", 0, error.start) + 1)
            return None

    def _accepts(self, header: list[str]) -> bool:
        for name in _NEEDED:
            if name not in header:
                self._fault("evaluate.missing_column", 1, field=name)
        for name in sorted({name for name in header if name in _KNOWN and header.count(name) > 1}):
            self._fault("evaluate.column_twice", 1, field=name)
        self.columns = {name: [] for name in _KNOWN if name in header}
        return not self.faults

    def _add(self, line: int, header: list[str], row: list[str]) -> None:
        if not row:
            return  # an empty line
        if len(row) != len(header):
            self._fault("evaluate.wrong_width", line, n_cells=len(row), n_columns=len(header))
            return
        cells = {name: value.strip() for name, value in zip(header, row, strict=True) if name in self.columns}
        self.faults += self._faults_of(line, cells)
        for name, values in self.columns.items():
            values.append(self.names.record_id(cells[name]) if name == "record_id" else cells[name] or None)

    def _faults_of(self, line: int, cells: Mapping[str, str]) -> Iterator[Fault]:
        for name in _NEEDED:
            if not cells[name]:
                yield self._made("evaluate.empty_cell", line, field=name)
        record, kind = self.names.record_id(cells["record_id"]), cells.get("customer_type")
        if record and ":" not in record:
            yield self._made("evaluate.no_record_id", line, field="record_id")
        if kind and kind not in set(CustomerType):
            yield self._made("evaluate.wrong_type", line, field="customer_type", expected=", ".join(CustomerType))
        first = self._first_lines.setdefault(record, line)
        if record and first != line:
            yield self._made("evaluate.record_twice", line, field="record_id", first_line=first)

    def _fault(self, code: str, line: int | None, **facts: Fact) -> None:
        self.faults.append(self._made(code, line, **facts))

    def _made(self, code: str, line: int | None, **facts: Fact) -> Fault:
        return Fault(code, {"file": self.file, "line": line, **facts})

# ruff: noqa: S608 - the statements are built from constant names; values are bound
"""What differs between the last publication and the one a change would make: ids, verdicts, values, questions, rows.

Counts are codes and numbers and may be kept. Examples may quote a customer, and are for the screen alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import connect

Row: TypeAlias = dict[str, Any]
_ROW_TABLES = (
    "customers", "attribute_values", "contact_points", "relationships", "interactions", "consents", "profiles",
)  # fmt: skip
_EXAMPLES = {
    "ids": "radius_examples_of_ids",
    "values": "radius_examples_of_values",
    "questions": "radius_examples_of_questions",
}
_VERDICT_KINDS = ("conflict", "confirm")


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """What a change does to a publication.

    Attributes:
        n_customers_before: customers published.
        n_customers_after: customers there would be.
        n_ids_kept: ids that live before and after.
        n_ids_untouched: of these, those made of the very same records.
        n_customers_revalued: customers published before with another golden value.
        n_verdicts_contradicted: questions about verdicts that would be asked anew: suspended, or turned against.
        ids: rows `event`, `cause`, `n_ids`: what happens to ids, and why.
        values: rows `attribute`, `cause`, `n_customers`.
        changes: rows `kind`, `n_customers`: what others would have to follow.
        rows: rows `table_name`, `n_gone`, `n_new`: a changed row is one gone and one new.
        questions: rows `change` (opened, closed), `kind`, `reason`, `n_questions`.
        bands: rows `customer_type`, `band`, `n_pairs_before`, `n_pairs_after`: scored pairs that are kept.
        models: model versions of the scored pairs, before and after.
        examples: `ids`, `values`, `questions` -> some rows of each, the first of each sort.
    """

    n_customers_before: int
    n_customers_after: int
    n_ids_kept: int
    n_ids_untouched: int
    n_customers_revalued: int
    n_verdicts_contradicted: int
    ids: Sequence[Row]
    values: Sequence[Row]
    changes: Sequence[Row]
    rows: Sequence[Row]
    questions: Sequence[Row]
    bands: Sequence[Row]
    models: tuple[str | None, str | None]
    examples: Mapping[str, Sequence[Row]] = field(default_factory=dict, repr=False)

    @property
    def n_ids_touched(self) -> int:
        """Customers published before that would be gone or made of other records."""
        return self.n_customers_before - self.n_ids_untouched

    @property
    def changed_ids_share(self) -> float:
        """Share of the customers published that would be gone or made of other records."""
        return _share(self.n_ids_touched, self.n_customers_before)

    @property
    def changed_values_share(self) -> float:
        """Share of the customers published that would get another golden value."""
        return _share(self.n_customers_revalued, self.n_customers_before)

    @property
    def is_nothing(self) -> bool:
        """Whether readers would see what they see."""
        return not (self.ids or self.values or self.changes or self.questions or self.rows)

    @property
    def counts(self) -> dict[str, Any]:
        """Everything but the examples, as plain values."""
        return {
            "n_customers_before": self.n_customers_before,
            "n_customers_after": self.n_customers_after,
            "n_ids_kept": self.n_ids_kept,
            "n_ids_untouched": self.n_ids_untouched,
            "n_customers_revalued": self.n_customers_revalued,
            "n_verdicts_contradicted": self.n_verdicts_contradicted,
            "ids": list(self.ids),
            "values": list(self.values),
            "changes": list(self.changes),
            "rows": list(self.rows),
            "questions": list(self.questions),
            "bands": list(self.bands),
        }


def blast_radius(before: Path, after: Path, n_examples: int = 0) -> BlastRadius:
    """Compare a publication with one that began as its copy.

    Args:
        before: the file of the one published.
        after: the file of what would be published.
        n_examples: at most so many rows of each sort.
    """
    with _both(before, after) as con:
        totals = _rows(con, statement("radius_totals"))[0]
        questions = _rows(con, statement("radius_questions"))
        return BlastRadius(
            **totals,
            n_verdicts_contradicted=sum(
                row["n_questions"] for row in questions if row["change"] == "opened" and row["kind"] in _VERDICT_KINDS
            ),
            ids=_rows(con, statement("radius_ids")),
            values=_rows(con, statement("radius_values")),
            changes=_rows(con, statement("radius_changes")),
            rows=[row for table in _ROW_TABLES if (row := _rows_changed(con, table))],
            questions=questions,
            bands=_rows(con, statement("radius_bands")),
            models=(_model(con, "before"), _model(con, "after")),
            examples={name: _rows(con, statement(query), {"most": n_examples}) for name, query in _EXAMPLES.items()},
        )


@contextmanager
def _both(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(":memory:") as con:
        for name, path in (("before", before), ("after", after)):
            quoted = str(path).replace("'", "''")
            con.execute(f"attach '{quoted}' as \"{name}\" (read_only)")
        yield con


def _rows(con: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
    found = con.execute(query, dict(parameters or {}))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _rows_changed(con: duckdb.DuckDBPyConnection, table: str) -> Row | None:
    """Rows that only one of the two has, the run that wrote them left aside; null when there is none."""
    columns = ", ".join(_rounded(name, kind) for name, kind in PUBLICATION_TABLES[table].items() if name != "run_id")
    counted = "select hash({columns}) as row, count(*) as n from {place}.{table} group by row"
    then, now = (counted.format(columns=columns, place=place, table=table) for place in ('"before"', '"after"'))
    ((gone, new),) = con.execute(
        f"""select cast(coalesce(sum(greatest(coalesce(old.n, 0) - coalesce(new.n, 0), 0)), 0) as bigint),
                cast(coalesce(sum(greatest(coalesce(new.n, 0) - coalesce(old.n, 0), 0)), 0) as bigint)
            from ({then}) as old full join ({now}) as new using (row)"""
    ).fetchall()
    return {"table_name": table, "n_gone": gone, "n_new": new} if gone or new else None


def _rounded(name: str, kind: str) -> str:
    return f'round("{name}", 6)' if kind == "DOUBLE" else f'"{name}"'


def _model(con: duckdb.DuckDBPyConnection, place: str) -> str | None:
    found = con.execute(f'select max(model_version) from "{place}".scored_pairs').fetchall()
    return None if found[0][0] is None else str(found[0][0])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
